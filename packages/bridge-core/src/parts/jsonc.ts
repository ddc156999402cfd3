import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { fieldsOf, isFields, type Fields } from "./fields.ts";
import { readText } from "./files.ts";

/**
 * The object in the first of these files that is there, which may have comments and trailing commas;
 * empty where none is. Rejects, naming the file, when it holds something else.
 */
export async function settingsIn(
  files: BridgeHost["files"],
  paths: readonly string[],
): Promise<Fields> {
  for (const path of paths) {
    const text = await readText(files, path);
    if (text !== null) return parsed(path, text);
  }
  return {};
}

function parsed(path: string, text: string): Fields {
  try {
    const settings: unknown = JSON.parse(withoutComments(text) || "{}");
    if (isFields(settings)) return fieldsOf(settings);
  } catch (cause) {
    throw new BridgeError("bad-request", `${path} is no JSON: correct it`, { cause });
  }
  throw new BridgeError("bad-request", `${path} holds no settings: correct it`);
}

function withoutComments(text: string): string {
  const bare = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1");
  return bare.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, "$1").trim();
}
