import type { BridgeHost } from "@fairlead/bridge-core";
import { inputParts, mentionedFile, type InputPart } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { partId } from "./translate/messages.ts";

/** The parts of the message `id` to OpenCode. Rejects, naming it, when one cannot be sent. */
export async function partsOf(
  id: string,
  input: readonly UserInput[],
  cwd: string,
  host: BridgeHost,
): Promise<JsonValue[]> {
  const parts = await inputParts("OpenCode", input, host);
  const native = await Promise.all(parts.map((part) => partOf(part, cwd, host)));
  return native.flat().map((part, at) => ({ ...part, id: partId(id, at) }));
}

async function partOf(part: InputPart, cwd: string, host: BridgeHost) {
  if (part.type === "text") return [part];
  if (part.type === "imageUrl") return [{ type: "file", mime: "image/png", url: part.url }];
  if (part.type === "image") {
    const { mediaType: mime, url, name } = part;
    return [{ type: "file", mime, url, ...(name !== null && { filename: name }) }];
  }
  const file = await mentionedFile(part.path, cwd, host);
  if (file === null) return [{ type: "text", text: `@${part.name}` }];
  const { url, name: filename, isFolder } = file;
  const mime = isFolder ? "application/x-directory" : "text/plain";
  return [
    { type: "text", text: `@${part.path}` },
    { type: "file", mime, url, filename },
  ];
}
