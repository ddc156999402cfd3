import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";

const imageTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};
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
  const mediaType = imageTypes[path.split(".").at(-1)?.toLowerCase() ?? ""];
  if (mediaType === undefined) {
    throw new BridgeError("bad-request", `${path} is not a PNG, JPEG, GIF or WebP image`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of files.read(path, { signal: new AbortController().signal })) {
      bytes += chunk.byteLength;
      if (bytes > maxImageBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new BridgeError("not-found", `the image ${path} cannot be read`, { cause });
  }
  if (bytes > maxImageBytes) {
    throw new BridgeError("bad-request", `the image ${path} is larger than 5 MiB`);
  }
  return {
    type: "base64",
    media_type: mediaType,
    data: Buffer.concat(chunks).toString("base64"),
  };
}
