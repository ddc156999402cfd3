import { readFileSync } from "node:fs";
import { z } from "zod";

const Manifest = z.object({ version: z.string() });

/** The version of this package, as clients and `--version` are told. */
export function ownVersion(): string {
  const manifest = new URL("../package.json", import.meta.url);
  return Manifest.parse(JSON.parse(readFileSync(manifest, "utf8"))).version;
}
