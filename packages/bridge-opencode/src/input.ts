import type { BridgeHost } from "@fairlead/bridge-core";
import { inputParts, type InputPart } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
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
    const { mediaType: mime, base64, name } = part;
    const url = `data:${mime};base64,${base64}`;
    return [{ type: "file", mime, url, ...(name !== null && { filename: name }) }];
  }
  // What is no file (an app, a plugin) is no more than its name.
  if (/^\w+:\/\//.test(part.path)) return [{ type: "text", text: `@${part.name}` }];
  const path = resolve(cwd, part.path);
  const mime = await host.files.list(path).then(
    () => "application/x-directory",
    () => "text/plain",
  );
  const file = { type: "file", mime, url: pathToFileURL(path).href, filename: basename(path) };
  return [{ type: "text", text: `@${part.path}` }, file];
}
