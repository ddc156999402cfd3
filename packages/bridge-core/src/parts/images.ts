import { isAbsolute } from "node:path";
import type { UserInput } from "@fairlead/codex-proto";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { readWhole } from "./files.ts";

/** What every model's API takes for one image, before base64. */
const maxImageBytes = 5 * 1024 * 1024;

/** An image as an agent can be given it. */
export type ImageSource =
  | { readonly url: string }
  | { readonly mediaType: string; readonly base64: string };

/**
 * The image a client sent, by URL or by the path of a file here. Rejects, naming it, when it cannot
 * be sent.
 */
export async function imageSource(
  part: Extract<UserInput, { type: "image" | "localImage" }>,
  files: BridgeHost["files"],
): Promise<ImageSource> {
  if (part.type === "localImage") return localImage(part.path, files);
  if (!("url" in part)) throw new BridgeError("unsupported", "an image by file id cannot be sent");
  const [, mediaType, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(part.url) ?? [];
  if (mediaType === undefined || base64 === undefined) return { url: part.url };
  return { mediaType, base64 };
}

async function localImage(path: string, files: BridgeHost["files"]): Promise<ImageSource> {
  if (!isAbsolute(path)) {
    throw new BridgeError(
      "bad-request",
      `${path} is a relative path: name the image by its whole path`,
    );
  }
  const [, extension] = /\.(png|jpe?g|gif|webp)$/.exec(path.toLowerCase()) ?? [];
  if (extension === undefined) {
    throw new BridgeError("bad-request", `${path} is not a PNG, JPEG, GIF or WebP image`);
  }
  const bytes = await readWhole(files, path, maxImageBytes).catch((cause: unknown) => {
    throw new BridgeError("not-found", `the image ${path} cannot be read`, { cause });
  });
  if (bytes === null) {
    throw new BridgeError("bad-request", `the image ${path} is larger than 5 MiB`);
  }
  const mediaType = `image/${extension.replace("jpg", "jpeg")}`;
  return { mediaType, base64: bytes.toString("base64") };
}
