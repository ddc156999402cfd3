import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { inputParts } from "./input-parts.ts";

const imageTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/**
 * The user's input as content blocks of the Messages API, for agents that take no image by URL. Rejects,
 * naming it, when a part cannot be sent to `agent`.
 */
export async function messageContent(
  agent: string,
  input: readonly UserInput[],
  host: Pick<BridgeHost, "files">,
): Promise<JsonValue[]> {
  const parts = await inputParts(agent, input, host);
  return parts.map((part): JsonValue => {
    if (part.type === "text") return { type: "text", text: part.text };
    if (part.type === "mention") return { type: "text", text: `@${part.path}` };
    if (part.type === "imageUrl") {
      throw new BridgeError("unsupported", `${agent} takes no image by URL: send the image itself`);
    }
    const { mediaType, base64: data } = part;
    if (imageTypes.has(mediaType)) {
      return { type: "image", source: { type: "base64", media_type: mediaType, data } };
    }
    const words = `${agent} takes no ${mediaType}: send PNG, JPEG, GIF or WebP`;
    throw new BridgeError("unsupported", words);
  });
}
