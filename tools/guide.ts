/**
 * Does what docs/write-a-bridge.md tells a stranger to do: packs the packages, which must be built,
 * and follows the page in an empty folder outside of the workspace. Every file, command, output and
 * number of lines on the page must be true. Run as `pnpm guide`; `--keep` keeps the folder.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstMissing, normalise } from "./guide/output.ts";
import { type GuideFile, type GuideRun, readGuide } from "./guide/page.ts";
import { Reader, type Typed } from "./guide/reader.ts";

const page = "docs/write-a-bridge.md";
/** Where the page has the tarballs put, seen from a clone and from the reader's folder. */
const tarballs = "../fairlead-packages";
const bridgeFile = "src/index.ts";
const maxBridgeLines = 200;

const startedAtMs = performance.now();
const parent = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-guide-")));
const problems: string[] = [];
const totals = { files: 0, commands: 0, caught: 0, bridgeLines: 0 };
try {
  follow();
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  if (process.argv.includes("--keep")) console.log(`kept ${parent}`);
  else rmSync(parent, { recursive: true, force: true });
}
for (const problem of problems) console.error(`guide: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else {
  const { files, commands, caught, bridgeLines } = totals;
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  console.log(
    `guide: a bridge of ${bridgeLines} lines passes; ${files} files, ${commands} commands, ` +
      `${caught} broken variant(s) caught in ${seconds} s`,
  );
}

function follow(): void {
  const folder = join(parent, "bridge-magpie");
  mkdirSync(folder);
  const reader = new Reader(folder);
  let broken: { readonly path: string; readonly text: string } | null = null;
  for (const step of readGuide(readFileSync(page, "utf8"))) {
    const place = `${page}:${step.line}`;
    switch (step.type) {
      case "file":
        checkFile(step, place);
        reader.write(step.path, step.text);
        totals.files += 1;
        break;
      case "type":
        for (const command of step.commands) typeUnseen(reader, command, place);
        break;
      case "break":
        broken = { path: step.path, text: reader.replace(step.path, step.before, step.after) };
        break;
      case "see":
        for (const run of step.runs) typeAndSee(reader, run, place, broken !== null);
        if (broken === null) break;
        reader.write(broken.path, broken.text);
        broken = null;
        totals.caught += 1;
    }
  }
}

function checkFile({ path, text, claimedLines }: GuideFile, place: string): void {
  const lines = text.split("\n").length - 1;
  if (claimedLines !== null && claimedLines !== lines) {
    problems.push(`${place}: ${path} has ${lines} lines, the page says ${claimedLines}`);
  }
  if (path === bridgeFile) {
    totals.bridgeLines = lines;
    if (lines >= maxBridgeLines) problems.push(`${place}: ${path} has ${lines} lines`);
  }
  if (path === "package.json") checkPins(text, place);
}

/** The page pins what the workspace is tested with. */
function checkPins(text: string, place: string): void {
  const ours = new Map(
    ["package.json", "packages/bridge-core/package.json"].flatMap((file) => [
      ...pinsOf(readFileSync(file, "utf8")),
    ]),
  );
  for (const [name, version] of pinsOf(text)) {
    const expected = ours.get(name) ?? "no version of it";
    if (version === expected) continue;
    problems.push(`${place}: ${name} is pinned to ${version}, the workspace has ${expected}`);
  }
}

function pinsOf(text: string): ReadonlyMap<string, string> {
  const manifest: unknown = JSON.parse(text);
  const pins = new Map<string, string>();
  if (!isRecord(manifest)) return pins;
  for (const [member, value] of Object.entries(manifest)) {
    if (!/^(devD|d)ependencies$/.test(member) || !isRecord(value)) continue;
    for (const [name, version] of Object.entries(value)) pins.set(name, String(version));
  }
  return pins;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The clone is this one, and it is built; the reader's folder is there. */
function typeUnseen(reader: Reader, command: string, place: string): void {
  if (/^(git clone|mkdir|cd) |pnpm@\S+ build$/.test(command)) return;
  const isPacking = command.includes(` pack `);
  const typed = isPacking
    ? reader.type(command.replace(tarballs, join(parent, tarballs.slice(3))), process.cwd())
    : reader.type(command);
  totals.commands += 1;
  expectExit(typed, 0, command, place);
}

function typeAndSee(
  reader: Reader,
  { command, output }: GuideRun,
  place: string,
  isBroken: boolean,
): void {
  const typed = reader.type(command);
  totals.commands += 1;
  expectExit(typed, isBroken ? 1 : 0, command, place);
  const shown = normalise(output.join("\n"), parent);
  const missing = firstMissing(shown, normalise(typed.output, parent));
  if (missing === null) return;
  problems.push(`${place}: \`${command}\` does not print ${missing}\n${typed.output}`);
}

function expectExit(
  { output, exitCode }: Typed,
  wanted: number,
  command: string,
  place: string,
): void {
  if (exitCode === wanted) return;
  throw new Error(`${place}: \`${command}\` ends with ${exitCode}, not ${wanted}\n${output}`);
}
