import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { readWhole } from "./files.ts";

/** What the model's API takes for one image, before base64. */
const maxImageBytes = 5 * 1024 * 1024;

/** The content of a user message to Claude. Rejects, naming the input, when it cannot be sent. */
export async function contentOf(
  input: readonly UserInput[],
  files: BridgeHost["files"],
): Promise<JsonValue[]> {
  return Promise.all(input.map((part) => blockOf(part, files)));
}

async function blockOf(part: UserInput, files: BridgeHost["files"]): Promise<JsonValue> {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      if ("url" in part) return { type: "image", source: imageSource(part.url) };
      throw new BridgeError("unsupported", "an image by file id cannot be sent to Claude");
    case "localImage":
      return { type: "image", source: await localImage(part.path, files) };
    case "skill":
      return { type: "text", text: `/${part.name}` };
    case "mention":
      return { type: "text", text: `@${part.path}` };
    case "audio":
    case "localAudio":
      throw new BridgeError("unsupported", "Claude takes no audio");
  }
}

function imageSource(url: string): JsonValue {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) return { type: "url", url };
  return { type: "base64", media_type: mediaType, data };
}

async function localImage(path: string, files: BridgeHost["files"]): Promise<JsonValue> {
  const [, extension] = /\.(png|jpe?g|gif|webp)$/i.exec(path.toLowerCase()) ?? [];
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
  return { type: "base64", media_type: mediaType, data: bytes.toString("base64") };
}
