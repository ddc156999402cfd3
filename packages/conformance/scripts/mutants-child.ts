/**
 * Runs in the tree of a mutant: the suite on its demo bridge, until something is wrong. Plain text
 * comes first, then what is named on the command line, then, unless it begins with `only`, all the
 * rest. Prints one line, the verdict.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type BridgeFactory, messageOf } from "@fairlead/bridge-core";
import { scenarios } from "../src/scenarios.ts";
import { type Way, ways } from "../src/suite/report.ts";
import { Suite } from "../src/suite/run-suite.ts";
import type { Verdict } from "./mutants-run.ts";

/** One scenario one way. */
interface Trial {
  readonly name: string;
  readonly scenario: (typeof scenarios)[number];
  readonly way: Way;
}

const demo = resolve(import.meta.dirname, "../../bridge-demo");
const plain = "text/straight";
const manifest = "manifest";

async function verdict(named: readonly string[], all: boolean): Promise<Verdict> {
  const module = pathToFileURL(join(demo, "src/index.ts"));
  const factory = await bridge(module);
  await using suite = new Suite(factory, { fixtures: join(demo, "test/conformance"), module });
  const trials = new Map(
    ways
      .flatMap((way) => scenarios.map((scenario) => ({ scenario, way })))
      .filter(({ scenario }) => suite.notOffered(scenario) === null)
      .filter(({ scenario }) => suite.knownFailure(scenario) === null)
      .map(({ scenario, way }): [string, Trial] => {
        const name = `${scenario.id}/${way}`;
        return [name, { name, scenario, way }];
      }),
  );
  for (const name of new Set([plain, ...named, ...(all ? trials.keys() : []), manifest])) {
    const trial = trials.get(name);
    if (trial === undefined && name !== manifest) {
      return { type: "invalid", reason: `the suite does not run ${name} on the demo bridge` };
    }
    const problems =
      trial === undefined
        ? await suite.manifestProblems(false)
        : (await suite.run(trial.scenario, trial.way)).problems;
    if (problems[0] === undefined) continue;
    if (name !== plain) return { type: "caught", by: name, problems };
    return { type: "invalid", reason: `plain text fails already: ${problems[0]}` };
  }
  const problems = all ? await suite.manifestProblems(true) : [];
  return problems.length === 0 ? { type: "survived" } : { type: "caught", by: manifest, problems };
}

async function bridge(module: URL): Promise<BridgeFactory> {
  const loaded: unknown = await import(module.href);
  const factory: unknown =
    typeof loaded === "object" && loaded !== null ? Reflect.get(loaded, "default") : null;
  if (!isFactory(factory)) throw new Error("the demo bridge has no default export");
  return factory;
}

function isFactory(value: unknown): value is BridgeFactory {
  return typeof value === "function";
}

async function outcome(args: readonly string[]): Promise<Verdict> {
  try {
    const all = args[0] !== "only";
    return await verdict(all ? args : args.slice(1), all);
  } catch (error) {
    return { type: "invalid", reason: messageOf(error) };
  }
}

const said = JSON.stringify(await outcome(process.argv.slice(2)));
process.stdout.write(`${said}\n`, () => process.exit());
