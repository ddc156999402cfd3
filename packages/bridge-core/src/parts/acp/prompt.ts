import type { BridgeHost } from "../../adapter.ts";
import { BridgeError } from "../../errors.ts";
import { type Fields } from "../fields.ts";
import { inputParts, mentionedFile, type InputPart } from "../input-parts.ts";
import type { UserInput } from "@fairlead/codex-proto";

/** To whom input goes. */
export interface AcpRecipient {
  readonly agent: string;
  readonly cwd: string;
  /** It takes images. */
  readonly images: boolean;
  /** Goes before the user's words: what an agent has no better place for. */
  readonly preamble: string | null;
}

/**
 * The content of a prompt: one text and what goes with it. Rejects, naming it, when something cannot be
 * sent.
 */
export async function acpPrompt(
  input: readonly UserInput[],
  to: AcpRecipient,
  host: BridgeHost,
): Promise<readonly Fields[]> {
  const parts = await inputParts(to.agent, input, host);
  const words = parts.flatMap((part) => {
    if (part.type === "text") return [part.text];
    return part.type === "mention" ? [`@${part.path}`] : [];
  });
  const isCommand = words[0]?.trimStart().startsWith("/") === true;
  const preamble = isCommand || to.preamble === null ? [] : [`${to.preamble}\n`];
  const others = await Promise.all(parts.map((part) => blockOf(part, to, host)));
  const text = [...preamble, ...words].join("\n");
  return [...(text === "" ? [] : [{ type: "text", text }]), ...others.flat()];
}

async function blockOf(
  part: InputPart,
  { agent, cwd, images }: AcpRecipient,
  host: BridgeHost,
): Promise<readonly Fields[]> {
  switch (part.type) {
    case "text":
      return [];
    case "image":
      if (!images) throw new BridgeError("unsupported", `${agent} takes no images`);
      return [{ type: "image", mimeType: part.mediaType, data: part.base64 }];
    case "imageUrl":
      throw new BridgeError("unsupported", `${agent} takes no image by URL: send the image itself`);
    case "mention": {
      const file = await mentionedFile(part.path, cwd, host);
      return file === null ? [] : [{ type: "resource_link", name: file.name, uri: file.url }];
    }
  }
}
