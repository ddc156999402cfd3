import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HelperProgram, NativeSetup } from "../fixture/native-setup.ts";
import { isRecord } from "../read.ts";
import { type Feature, features } from "../scenario/feature.ts";
import type { JsonObject } from "../scenario/step.ts";
import { scenarios } from "../scenarios.ts";

/** A scenario the bridge does not pass yet, and why. */
export interface KnownFailure {
  readonly scenario: string;
  readonly reason: string;
}

/** A question of this agent's in a beat in which codex asks none, and the user's answer. */
export interface Aside {
  readonly to: JsonObject;
  readonly capture?: Readonly<Record<string, string>>;
  readonly with: JsonObject;
}

/** What a bridge says of its agent: `manifest.json` of its fixtures. */
export interface Manifest {
  readonly agent: string;
  readonly version: string;
  /** True, or why not. */
  readonly features: Readonly<Record<Feature, true | string>>;
  readonly knownFailures: readonly KnownFailure[];
  /** By beat. */
  readonly asides: Readonly<Record<string, readonly Aside[]>>;
  readonly setup: NativeSetup;
}

/** Reads the manifest of a fixture folder. Throws an error that names what is wrong in it. */
export function readManifest(fixtures: string): Manifest {
  const file = join(fixtures, "manifest.json");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file} cannot be read: ${reason}`, { cause });
  }
  const problem = (words: string): Error => new Error(`${file}: ${words}`);
  if (!isRecord(json)) throw problem("it is no object");
  const known = ["agent", "version", "features", "knownFailures", "asides", ...setupMembers];
  for (const name of Object.keys(json)) {
    if (!known.includes(name)) throw problem(`there is no member \`${name}\``);
  }
  return {
    agent: text(json["agent"], "agent", problem),
    version: text(json["version"], "version", problem),
    features: featuresOf(json["features"], problem),
    knownFailures: knownFailuresOf(json["knownFailures"] ?? [], problem),
    asides: record(json["asides"], "asides", asidesOf, problem),
    setup: {
      programs: record(json["programs"], "programs", programOf, problem),
      arguments: record(json["arguments"], "arguments", flagsOf, problem),
      written: record(json["written"], "written", textOrNull, problem),
      environment: record(json["environment"], "environment", textOrNull, problem),
    },
  };
}

type Problem = (words: string) => Error;

const setupMembers: readonly (keyof NativeSetup)[] = [
  "programs",
  "arguments",
  "written",
  "environment",
];

function featuresOf(json: unknown, problem: Problem): Manifest["features"] {
  if (!isRecord(json)) throw problem("`features` is missing");
  const names: readonly string[] = features;
  const unknown = Object.keys(json).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw problem(
      `\`features.${unknown}\`: there is no such feature; they are ${names.join(", ")}`,
    );
  }
  const claim = (name: Feature): true | string => {
    const value = json[name];
    if (value === true || (typeof value === "string" && value !== "")) return value;
    throw problem(`\`features.${name}\` must be true, or say why the agent does not offer it`);
  };
  return mapFeatures(claim);
}

/** One value for each feature. */
export function mapFeatures<T>(value: (feature: Feature) => T): Readonly<Record<Feature, T>> {
  return {
    reasoning: value("reasoning"),
    command: value("command"),
    commandOutput: value("commandOutput"),
    commandApproval: value("commandApproval"),
    fileChange: value("fileChange"),
    fileApproval: value("fileApproval"),
    fileUpdate: value("fileUpdate"),
    fileDelete: value("fileDelete"),
    fileRename: value("fileRename"),
    plan: value("plan"),
    planMode: value("planMode"),
    question: value("question"),
    mcp: value("mcp"),
    clientTools: value("clientTools"),
    subagent: value("subagent"),
    image: value("image"),
    steer: value("steer"),
    queue: value("queue"),
    compact: value("compact"),
    autoCompact: value("autoCompact"),
    usage: value("usage"),
    apiErrors: value("apiErrors"),
    retry: value("retry"),
    backgroundCommand: value("backgroundCommand"),
  };
}

function knownFailuresOf(json: unknown, problem: Problem): readonly KnownFailure[] {
  if (!Array.isArray(json)) throw problem("`knownFailures` must be a list");
  return json.map((entry: unknown, index) => {
    const place = `knownFailures[${index}]`;
    if (!isRecord(entry)) throw problem(`\`${place}\` must have \`scenario\` and \`reason\``);
    const scenario = text(entry["scenario"], `${place}.scenario`, problem);
    const reason = text(entry["reason"], `${place}.reason`, problem);
    if (scenarios.every(({ id }) => id !== scenario)) {
      throw problem(`\`${place}.scenario\`: there is no scenario ${scenario}`);
    }
    return { scenario, reason };
  });
}

function record<T>(
  json: unknown,
  name: string,
  read: (value: unknown) => T | null,
  problem: Problem,
): Readonly<Record<string, T>> {
  if (json === undefined) return {};
  if (!isRecord(json)) throw problem(`\`${name}\` must be an object`);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const found = read(value);
      if (found === null) throw problem(`\`${name}.${key}\` is not what belongs there`);
      return [key, found];
    }),
  );
}

function programOf(value: unknown): HelperProgram | null {
  if (!isRecord(value)) return null;
  const { stdout = "", code = 0 } = value;
  return typeof stdout === "string" && typeof code === "number" ? { stdout, code } : null;
}

function asidesOf(value: unknown): readonly Aside[] | null {
  if (!Array.isArray(value)) return null;
  const asides = value.map((entry: unknown) => {
    if (!isRecord(entry) || !isRecord(entry["to"]) || !isRecord(entry["with"])) return null;
    const captures = Object.entries(isRecord(entry["capture"]) ? entry["capture"] : {});
    const capture = Object.fromEntries(captures.map(([name, path]) => [name, String(path)]));
    return { to: entry["to"], capture, with: entry["with"] };
  });
  const whole = asides.filter((aside) => aside !== null);
  return whole.length === asides.length ? whole : null;
}

function flagsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.map(String);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function text(value: unknown, name: string, problem: Problem): string {
  if (typeof value === "string" && value !== "") return value;
  throw problem(`\`${name}\` must be a text`);
}
