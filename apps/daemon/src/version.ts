import { readFileSync } from "node:fs";

/** The version of this package, as clients and `--version` are told. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest && manifest.version;
  if (typeof version === "string") return version;
  throw new Error("this installation of Fairlead is broken: its package.json has no version");
}
