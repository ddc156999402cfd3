import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LawName } from "../src/violation.ts";

/** A seeded fault: a patch of real source that the suite has to notice. */
export interface Mutant {
  /** Of its patch, without `.patch`. */
  readonly name: string;
  /** The law it breaks, or the part of the suite that is to catch it. */
  readonly about: string;
  /** What a user would suffer, one sentence. */
  readonly harm: string;
  /** What probably catches it, and so is run first: `SCENARIO/WAY`. */
  readonly expect: string;
}

/** How many mutants there have to be about each law. */
const laws: Readonly<Record<LawName, number>> = {
  envelope: 2,
  "turn-once": 2,
  "turn-end": 2,
  "item-life": 2,
  "item-text": 2,
  "stable-ids": 2,
  schema: 2,
  times: 2,
  "error-codes": 2,
  steer: 2,
  "server-request": 2,
};

/** How many there have to be of each kind. */
const wanted: Readonly<Record<string, number>> = {
  ...laws,
  approvals: 6,
  sessions: 4,
  skeleton: 3,
  manifest: 2,
};

/** True for a fault that a law has to name. */
export function isLaw(about: string): boolean {
  return about in laws;
}

/**
 * Reads the table of the mutants in a folder. Throws an error that names what is wrong: a patch
 * without a row, a row without a patch, a kind of fault that too few mutants are about.
 */
export function mutantTable(folder: string): readonly Mutant[] {
  const rows: unknown = JSON.parse(readFileSync(join(folder, "mutants.json"), "utf8"));
  if (!Array.isArray(rows)) throw new Error("mutants.json is no list");
  const mutants = rows.map(mutantOf);
  const patches = readdirSync(folder).filter((file) => file.endsWith(".patch"));
  const named = mutants.map(({ name }) => `${name}.patch`);
  const problems = [
    ...patches.filter((file) => !named.includes(file)).map((file) => `${file} has no row`),
    ...named.filter((file) => !patches.includes(file)).map((file) => `${file} is missing`),
    ...named
      .filter((file, index) => named.indexOf(file) !== index)
      .map((file) => `${file} has two rows`),
    ...mutants
      .filter(({ about }) => !(about in wanted))
      .map(({ name, about }) => `${name} is about ${about}, which is no kind of fault`),
    ...Object.entries(wanted).flatMap(([kind, least]) => {
      const count = mutants.filter(({ about }) => about === kind).length;
      return count < least ? [`${count} about ${kind}, and ${least} are needed`] : [];
    }),
  ];
  if (problems.length > 0) throw new Error(`mutants.json: ${problems.join("; ")}`);
  return mutants;
}

function mutantOf(row: unknown): Mutant {
  const text = (key: string): string => {
    const value: unknown = typeof row === "object" && row !== null ? Reflect.get(row, key) : null;
    if (typeof value === "string" && value !== "") return value;
    throw new Error(`mutants.json: a row without ${key}: ${JSON.stringify(row)}`);
  };
  return { name: text("name"), about: text("about"), harm: text("harm"), expect: text("expect") };
}
