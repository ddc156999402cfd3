import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface TypeFile {
  readonly name: string;
  readonly namespace: "v1" | "v2";
  readonly text: string;
}

/**
 * Renders every type of the surface as one module, without its doc comments.
 *
 * A name that exists in both namespaces means the v2 type; the other one is prefixed with `V1`.
 */
export async function renderTypes(folder: string): Promise<string> {
  const v1 = await readTypes(folder, "v1");
  const v2 = await readTypes(join(folder, "v2"), "v2");
  const json = await readTypes(join(folder, "serde_json"), "v1");
  const v2Names = new Set(v2.map((file) => file.name));
  const shared = new Set(v1.map((file) => file.name).filter((name) => v2Names.has(name)));
  const rendered = [...v1, ...json, ...v2].map((file) => renderType(file, shared));
  return rendered.toSorted(byName).join("\n\n");
}

async function readTypes(folder: string, namespace: TypeFile["namespace"]): Promise<TypeFile[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
  const types = files.filter((file) => file !== "index.ts");
  return Promise.all(
    types.map(async (file) => ({
      name: file.slice(0, -".ts".length),
      namespace,
      text: await readFile(join(folder, file), "utf8"),
    })),
  );
}

function renderType(file: TypeFile, shared: ReadonlySet<string>): string {
  const imports = [...file.text.matchAll(/^import type \{ (\w+) \} from "([^"]+)";$/gm)];
  const body = file.text
    .replaceAll(/^import type .*$/gm, "")
    .replaceAll(/\/\*[\s\S]*?\*\/|^\/\/.*$/gm, "")
    .replaceAll(/\bbigint\b/g, "number")
    .replaceAll("| null | null", "| null")
    .trim();
  const foreign = imports.filter(([, , from]) => isV1(file.namespace, from ?? ""));
  const names = foreign.map(([, name]) => name ?? "");
  if (file.namespace === "v1") names.push(file.name);
  return names
    .filter((name) => shared.has(name))
    .reduce((text, name) => text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `V1${name}`), body);
}

function isV1(namespace: TypeFile["namespace"], from: string): boolean {
  return namespace === "v1" ? !from.startsWith("./v2/") : from.startsWith("../");
}

function byName(left: string, right: string): number {
  return left < right ? -1 : 1;
}
