import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { asCommand, imageSource } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";

/** The content of a message to Claude. Rejects, naming it, when a part cannot be sent. */
export function contentOf(input: readonly UserInput[], host: BridgeHost): Promise<JsonValue[]> {
  return Promise.all(asCommand(input).map((part) => blockOf(part, host)));
}

async function blockOf(part: UserInput, host: BridgeHost): Promise<JsonValue> {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
    case "localImage": {
      const image = await imageSource(part, host.files);
      if ("url" in image) return { type: "image", source: { type: "url", url: image.url } };
      const { mediaType: media_type, base64: data } = image;
      return { type: "image", source: { type: "base64", media_type, data } };
    }
    case "skill":
      return { type: "text", text: `/${part.name}` };
    case "mention":
      return { type: "text", text: `@${part.path}` };
    case "audio":
    case "localAudio":
      throw new BridgeError("unsupported", "Claude takes no audio");
  }
}
