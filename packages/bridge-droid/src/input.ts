import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { inputParts } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import type { Data } from "./program.ts";

/** A user's input as `add_user_message` takes it. Rejects, naming it, when Droid takes none of that kind. */
export async function messageOf(input: readonly UserInput[], host: BridgeHost): Promise<Data> {
  const words: string[] = [];
  const images: JsonValue[] = [];
  for (const part of await inputParts("Droid", input, host)) {
    if (part.type === "text") words.push(part.text);
    else if (part.type === "mention") words.push(`@${part.path}`);
    else if (part.type === "imageUrl") {
      throw new BridgeError("unsupported", "Droid takes no image by URL: send the image itself");
    } else images.push({ type: "base64", mediaType: part.mediaType, data: part.base64 });
  }
  const text = words.join("\n");
  return images.length === 0 ? { text } : { text, images };
}
