import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "oxfmt";
import { codexVersion, writeSurfaces } from "./codex.ts";
import { renderMethods } from "./methods.ts";
import { renderSchema } from "./schema.ts";
import { readSurface } from "./surface.ts";
import { renderTypes } from "./types.ts";

const generated = new URL("../src/generated/", import.meta.url);
const header = `// generated from codex ${codexVersion}; do not edit\n/* oxlint-disable */\n\n`;

async function write(name: string, text: string): Promise<void> {
  const file = fileURLToPath(new URL(name, generated));
  const { code, errors } = await format(file, text);
  if (errors.length > 0) throw new Error(`${name}: ${errors.map((e) => e.message).join("; ")}`);
  await writeFile(file, code);
}

const { folder, stable, experimental } = await writeSurfaces();
try {
  const surface = await readSurface(stable, experimental);
  const version = `/** The codex release this package describes. */
export const codexVersion = "${codexVersion}";`;
  await write("version.ts", header + version);
  await write("types.ts", header + (await renderTypes(experimental.types)));
  await write("methods.ts", header + renderMethods(surface));
  await write("schema.json", renderSchema(surface));
} finally {
  await rm(folder, { recursive: true, force: true });
}
