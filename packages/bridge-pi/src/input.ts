import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { asCommand, imageSource } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";

/** What `prompt` and `steer` of Pi's take. */
export type Message = {
  readonly message: string;
  readonly images?: JsonValue[];
};

/** A user's input as Pi takes it. Rejects, naming it, when Pi takes none of that kind. */
export async function messageOf(input: readonly UserInput[], host: BridgeHost): Promise<Message> {
  const words: string[] = [];
  const images: JsonValue[] = [];
  for (const part of asCommand(input)) {
    if (part.type === "text") words.push(part.text);
    else if (part.type === "mention") words.push(`@${part.path}`);
    else if (part.type === "image" || part.type === "localImage") {
      const image = await imageSource(part, host.files);
      if ("url" in image) {
        throw new BridgeError("unsupported", "Pi takes no image by URL: send the image itself");
      }
      images.push({ type: "image", data: image.base64, mimeType: image.mediaType });
    } else throw new BridgeError("unsupported", `Pi takes no ${part.type}`);
  }
  const message = words.join("\n");
  return images.length === 0 ? { message } : { message, images };
}
