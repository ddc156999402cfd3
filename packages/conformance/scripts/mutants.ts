/**
 * Tests the suite: each mutant is a fault seeded into a copy of core or the demo bridge, and the
 * suite must catch it. `pnpm --filter @fairlead/conformance mutants [NAME…]`; exits with 1 when one
 * survives, does not apply, does not compile or fails plain text, which every fault must leave whole.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { messageOf } from "@fairlead/bridge-core";
import { runTree, type Verdict } from "./mutants-run.ts";
import { isLaw, type Mutant, mutantTable } from "./mutants-table.ts";
import { MutantTree } from "./mutants-tree.ts";
import { type TypeChecks, typeChecks } from "./mutants-types.ts";

const checkout = resolve(import.meta.dirname, "../../..");
const patches = resolve(import.meta.dirname, "../mutants");
/** Mutants that run at the same time. */
const lanes = 2;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function chosen(names: readonly string[]): readonly Mutant[] {
  const all = mutantTable(patches);
  const unknown = names.find((name) => all.every((mutant) => mutant.name !== name));
  if (unknown !== undefined) throw new Error(`there is no mutant ${unknown}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function describe(verdict: Verdict): string {
  switch (verdict.type) {
    case "caught":
      return `caught by ${verdict.by.replace("/", " · ")}: ${oneLine(verdict.problems[0] ?? "")}`;
    case "survived":
      return "SURVIVED: nothing in the suite noticed";
    case "invalid":
      return `ERROR: ${oneLine(verdict.reason)}`;
  }
}

/** Nothing that is expected to catch a mutant may fail without one. */
async function control(folder: string, mutants: readonly Mutant[]): Promise<void> {
  const verdict = await runTree(folder, [...new Set(mutants.map(({ expect }) => expect))], "only");
  if (verdict.type === "survived") return;
  const said = verdict.type === "caught" ? `${verdict.by}: ${verdict.problems[0]}` : verdict.reason;
  throw new Error(`without any mutant: ${said}`);
}

async function judge(mutant: Mutant, tree: MutantTree, types: TypeChecks): Promise<Verdict> {
  const { name, about, expect } = mutant;
  try {
    const [wrong] = types.problems(tree.apply(join(patches, `${name}.patch`)));
    if (wrong !== undefined) return { type: "invalid", reason: `it does not compile: ${wrong}` };
    const verdict = await runTree(tree.folder, [expect], "rest");
    if (verdict.type !== "caught") return verdict;
    const { by, problems } = verdict;
    // Only what is expected has been seen to pass without the mutant.
    if (by !== expect) {
      return { type: "invalid", reason: `not ${expect} but ${by} caught it: ${problems[0]}` };
    }
    const byLaw = problems.filter((problem) => problem.startsWith(`law ${about}/`));
    if (byLaw.length > 0) return { ...verdict, problems: byLaw };
    if (!isLaw(about)) return verdict;
    return { type: "invalid", reason: `${by} caught it, and the law did not: ${problems[0]}` };
  } catch (error) {
    return { type: "invalid", reason: messageOf(error) };
  } finally {
    tree.restore();
  }
}

async function main(root: string): Promise<boolean> {
  const mutants = chosen(process.argv.slice(2));
  const base = new MutantTree(checkout, join(root, "base"));
  const controlled = control(base.folder, mutants);
  const types = typeChecks(base.folder, ["bridge-core", "bridge-demo"]);
  await controlled;
  const waiting = [...mutants];
  let caught = 0;
  const lane = async (index: number): Promise<void> => {
    const tree = new MutantTree(base.folder, join(root, `lane-${index}`));
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const startedMs = performance.now();
      const verdict = await judge(mutant, tree, types);
      if (verdict.type === "caught") caught += 1;
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      print(`${mutant.name} (${mutant.about}, ${seconds} s): ${describe(verdict)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  print(`mutants: ${caught}/${mutants.length} caught`);
  return caught === mutants.length;
}

const root = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-mutants-")));
try {
  process.exitCode = (await main(root)) ? 0 : 1;
} catch (error) {
  print(messageOf(error));
  process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}
