import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { imageSource } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";

/** The content of a message to Claude. Rejects, naming it, when a part cannot be sent. */
export function contentOf(
  input: readonly UserInput[],
  files: BridgeHost["files"],
): Promise<JsonValue[]> {
  return Promise.all(withCommand(input).map((part) => blockOf(part, files)));
}

/** Claude knows a command only by the start of a text that also holds its arguments. */
function withCommand(input: readonly UserInput[]): readonly UserInput[] {
  const skill = input.find((part) => part.type === "skill");
  if (skill === undefined) return input;
  const { name } = skill;
  const typed = input.flatMap((part) => (part.type === "text" ? [part.text.trim()] : [])).join(" ");
  const mark = [`$${name}`, `/${name}`].find((start) => typed.startsWith(start)) ?? "";
  const text = `/${name} ${typed.slice(mark.length).trim()}`.trim();
  const others = input.filter((part) => part !== skill && part.type !== "text");
  return [{ type: "text", text, text_elements: [] }, ...others];
}

async function blockOf(part: UserInput, files: BridgeHost["files"]): Promise<JsonValue> {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
    case "localImage": {
      const image = await imageSource(part, files);
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
