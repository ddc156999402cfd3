import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { inputParts } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";

/** What a turn may hold, besides a bare text. */
const imageTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** A user's message as Amp takes it on its pipe. Rejects, naming it, what Amp does not take. */
export async function messageOf(
  input: readonly UserInput[],
  host: Pick<BridgeHost, "files">,
): Promise<{ readonly role: "user"; readonly content: JsonValue[] }> {
  const parts = await inputParts("Amp", input, host);
  const content = parts.map((part): JsonValue => {
    if (part.type === "text") return { type: "text", text: part.text };
    if (part.type === "mention") return { type: "text", text: `@${part.path}` };
    if (part.type === "imageUrl") {
      throw new BridgeError("unsupported", "Amp takes no image by URL: send the image itself");
    }
    const { mediaType, base64: data } = part;
    if (!imageTypes.has(mediaType)) {
      throw new BridgeError(
        "unsupported",
        `Amp takes no ${mediaType}: send PNG, JPEG, GIF or WebP`,
      );
    }
    return { type: "image", source: { type: "base64", media_type: mediaType, data } };
  });
  return { role: "user", content };
}
