/**
 * What the linter cannot say: who may import whom, how long a bridge may be, and what must never
 * be in a tracked file. Run by `pnpm lint`; prints one sentence per violation.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What the sources of a package may import of ours; tests may add {@link testOnly}. */
const allowedImports: Readonly<Record<string, readonly string[]>> = {
  "packages/codex-proto": [],
  "packages/bridge-core": ["codex-proto", "codex-proto/wire"],
  "packages/conformance": ["codex-proto", "bridge-core", "bridge-core/testing"],
  "packages/client": ["codex-proto", "bridge-core/peer"],
  "packages/transport-": ["codex-proto", "bridge-core", "bridge-core/transport"],
  "packages/testkit": [
    "codex-proto",
    "bridge-core",
    "bridge-core/peer",
    "conformance/laws",
    "conformance/scenarios",
  ],
  // Like an agent's SDK: what is on the other side of its bridge.
  "packages/hermes-client": ["codex-proto", "bridge-core", "bridge-core/parts"],
  "packages/bridge-hermes": ["codex-proto", "bridge-core", "bridge-core/parts", "hermes-client"],
  "packages/bridge-": ["codex-proto", "bridge-core", "bridge-core/parts"],
};
const testOnly = [
  "bridge-core",
  "bridge-core/parts",
  "bridge-core/peer",
  "bridge-core/process",
  "bridge-core/testing",
  "bridge-core/transport",
  "client",
  "conformance",
  "conformance/laws",
  "conformance/scenarios",
  "testkit",
];

const agentNames = /\b(?:[Cc]laude|[Pp]i|[Oo]pen[Cc]ode|[Dd]roid|[Aa]mp|[Hh]ermes)(?![a-z])/;
const unpublishable: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[\s"'`(=:])\/(?:work|root|farm|tmp\/agents)\//m, "a path of one machine"],
  [/https?:\/\/(?:[\w.-]*registry[\w.-]*|localhost:4873)\b/, "the address of a package registry"],
];

function trackedFiles(): readonly SourceFile[] {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const paths = execFileSync("git", list, { encoding: "utf8" }).split("\0");
  const files: SourceFile[] = [];
  for (const path of paths) {
    if (!/\.(?:[cm]?[jt]s|jsonl?|ya?ml|md|svg|sh)$|^\.ci\/run$/.test(path)) continue;
    try {
      files.push({ path, text: readFileSync(path, "utf8") });
    } catch {
      // Deleted in the work tree and not yet in the index: nothing to check.
    }
  }
  return files;
}

function isSource({ path }: SourceFile): boolean {
  return /\/src\/.*\.ts$/.test(path) && !path.includes("/generated/");
}

function linesOf({ text }: SourceFile): number {
  return text.split("\n").length - 1;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function* importViolations(file: SourceFile): Iterable<string> {
  const [folder] = /^(?:packages|apps)\/[^/]+/.exec(file.path) ?? [];
  if (folder === undefined || !file.path.endsWith(".ts") || folder.startsWith("apps/")) return;
  const rule = /^packages\/(?:bridge|transport)-/.exec(folder)?.[0] ?? folder;
  const allowed = allowedImports[folder] ?? allowedImports[rule];
  if (allowed === undefined) {
    yield `${folder} is unknown to tools/check-boundaries.ts: say there what it may import.`;
    return;
  }
  const own = folder.slice("packages/".length);
  const extra = file.path.startsWith(`${folder}/src/`) ? [] : [own, ...allowed, ...testOnly];
  for (const [, name = ""] of file.text.matchAll(/(?:from|import)\s*\(?\s*"@fairlead\/([^"]+)"/g)) {
    if (allowed.includes(name) || extra.includes(name) || name === `${own}/testing`) continue;
    yield `${file.path} imports @fairlead/${name}; it may import ${[...new Set([...allowed, ...extra])].join(", ") || "nothing of ours"}.`;
  }
}

function* fileViolations(file: SourceFile): Iterable<string> {
  for (const [pattern, what] of unpublishable) {
    const [found] = pattern.exec(file.text) ?? [];
    if (found !== undefined) yield `${file.path} contains ${what}: ${found.trim()}`;
  }
  if (!isSource(file)) return;
  if (linesOf(file) > 400) yield `${file.path} has ${linesOf(file)} lines; the limit is 400.`;
  if (/^export \*/m.test(file.text)) {
    yield `${file.path} has an "export *"; name what the package offers.`;
  }
  if (file.path.startsWith("packages/bridge-core/src/")) {
    const [name] = agentNames.exec(withoutComments(file.text)) ?? [];
    if (name !== undefined) yield `${file.path} names the agent "${name}"; bridge-core knows none.`;
  }
}

function* budgetViolations(files: readonly SourceFile[]): Iterable<string> {
  const budgets = {
    "bridge-acp": 1200,
    "bridge-amp": 1000,
    "bridge-claude": 1800,
    "bridge-demo": 199,
    "bridge-droid": 1200,
    "bridge-hermes": 1000,
    "bridge-opencode": 1500,
    "bridge-pi": 1500,
  };
  for (const [name, limit] of Object.entries(budgets)) {
    const own = files.filter((file) => file.path.startsWith(`packages/${name}/src/`));
    const lines = own.filter(isSource).reduce((sum, file) => sum + linesOf(file), 0);
    if (lines > limit) yield `packages/${name}/src has ${lines} lines; the limit is ${limit}.`;
  }
}

const files = trackedFiles();
const violations = [
  ...files.flatMap((file) => [...importViolations(file), ...fileViolations(file)]),
  ...budgetViolations(files),
];
for (const violation of violations) console.error(violation);
console.log(`boundaries: ${files.length} files, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
