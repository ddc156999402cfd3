import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Every source of what is shipped. */
function sources(): readonly { readonly name: string; readonly text: string }[] {
  const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name, "src"));
  return [join("apps", "daemon", "src"), ...packages].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name))
      .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") })),
  );
}

test("the environment of the process is never changed: threads read it at any time", () => {
  const changes =
    /process\.env(?:\.\w+|\[[^\]]+\])\s*=(?!=)|delete\s+process\.env|assign\(process\.env|process\.env\s*=(?!=)/u;
  const found = sources().filter(({ text }) => changes.test(text));
  expect(found.map(({ name }) => name)).toEqual([]);
});

test("no program is started through a shell that reads a text of ours", () => {
  const shells =
    /\bshell:\s*true|import\s*\{[^}]*\bexec(?:Sync)?\b[^}]*\}\s*from\s*"node:child_process"/u;
  const found = sources().filter(({ text }) => shells.test(text));
  expect(found.map(({ name }) => name)).toEqual([]);
});
