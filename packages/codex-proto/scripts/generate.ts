import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "oxfmt";
import { codexVersion, writeSurfaces } from "./codex.ts";
import { renderMethods } from "./methods.ts";
import { renderSchema } from "./schema.ts";
import { readSurface } from "./surface.ts";
import { renderTypes } from "./types.ts";

const generated = new URL("../src/generated/", import.meta.url);

async function writeModule(name: string, body: string): Promise<void> {
  const file = fileURLToPath(new URL(name, generated));
  const text = `// generated from codex ${codexVersion}; do not edit\n\n${body}`;
  const { code, errors } = await format(file, text);
  if (errors.length > 0) throw new Error(`${name}: ${errors.map((e) => e.message).join("; ")}`);
  await writeFile(file, code);
}

const { stable, experimental } = await writeSurfaces();
const surface = await readSurface(stable, experimental);
await writeModule("version.ts", `export const codexVersion = "${codexVersion}";`);
await writeModule("types.ts", await renderTypes(experimental.types));
await writeModule("methods.ts", renderMethods(surface));
await writeFile(new URL("schema.json", generated), renderSchema(surface));
