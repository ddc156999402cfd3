import { type OutputConfiguration, Command, CommanderError, Option } from "commander";
import { type Way, ways } from "../suite/report.ts";
import { type CliStreams, UsageError } from "./streams.ts";

/** Files to write besides the table. */
export interface ReportFiles {
  readonly html: string | null;
  readonly markdown: string | null;
  readonly junit: string | null;
  /** True = on standard output, instead of the table. */
  readonly json: string | true | null;
}

/** What the user asked for. */
export type CliRequest =
  /** Help or the version was printed. */
  | { readonly type: "nothing"; readonly exitCode: number }
  | {
      readonly type: "suite";
      readonly module: string;
      readonly fixtures: string;
      readonly live: boolean;
      /** Empty = all. */
      readonly only: readonly string[];
      /** Empty = all. */
      readonly ways: readonly Way[];
      readonly files: ReportFiles;
    }
  /** Null = all beats, of whatever agent. */
  | { readonly type: "beats"; readonly fixtures: string | null }
  | {
      readonly type: "transcripts";
      readonly paths: readonly string[];
      readonly profile: "fairlead" | "codex";
      readonly json: string | true | null;
    };

interface Options {
  readonly fixtures?: string;
  readonly beats?: true;
  readonly live?: true;
  readonly only: readonly string[];
  readonly way: readonly Way[];
  readonly transcript?: readonly string[];
  readonly profile?: "fairlead" | "codex";
  readonly json?: string | true;
  readonly html?: string;
  readonly markdown?: string;
  readonly junit?: string;
}

// Lines of up to 80 columns: commander breaks longer ones.
const description = `Checks a Fairlead bridge, or a recording of any server of the codex wire.

A bridge you built (its default export is a BridgeFactory):
  npx @fairlead/conformance ./dist/index.js --fixtures ./fixtures
  npx @fairlead/conformance ./dist/index.js --fixtures ./fixtures --only text
  npx @fairlead/conformance ./dist/index.js --fixtures ./fixtures --html r.html

What to record for it: the beats your manifest.json makes necessary, and which
of them are missing; without --fixtures all there are:
  npx @fairlead/conformance --beats --fixtures ./fixtures

A recording (a line is a frame, or {"dir":"send"|"recv","frame":{…}} where send
is what the client sent):
  npx @fairlead/conformance --transcript session.jsonl folder/
  cat session.jsonl | npx @fairlead/conformance --transcript -`;

const exitCodes = `
Exit code: 0 = passed, 1 = something failed, 2 = nothing was judged (a wrong
option, a missing file). With --beats: 1 = a beat is missing.`;

/** Reads the command line. Throws a {@link UsageError} for what makes no sense. */
export function readOptions(
  args: readonly string[],
  version: string,
  streams: CliStreams,
): CliRequest {
  const command = define(version, {
    writeOut: streams.out,
    // What is wrong is told once, by whoever catches the error.
    writeErr: () => {},
  });
  if (args.length === 0) {
    streams.err(`${command.helpInformation()}${exitCodes}\n`);
    return { type: "nothing", exitCode: 2 };
  }
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { type: "nothing", exitCode: 0 };
    throw new UsageError(error.message.replace(/^error: /, ""), { cause: error });
  }
  const [module] = command.args;
  return requestOf(command.opts<Options>(), module);
}

function define(version: string, output: OutputConfiguration): Command {
  const command = new Command("fairlead-conformance")
    .configureOutput(output)
    .exitOverride()
    .usage(
      "MODULE --fixtures DIR [options]\n       fairlead-conformance --beats [--fixtures DIR]\n       fairlead-conformance --transcript FILE... [options]",
    )
    .description(description)
    .version(version)
    .argument("[module]", "the built bridge, such as ./dist/index.js")
    .option("--fixtures <dir>", "the folder of the bridge's manifest.json and recorded beats")
    .option("--beats", "list the recordings the manifest needs, the missing ones first")
    .option(
      "--live",
      "run the real agent instead of its fixtures; its model is told programs such as `run: touch a.txt`",
    )
    .addOption(
      new Option("--only <id>", "only this scenario; may be repeated, or a list with commas")
        .argParser(list)
        .default([], "all"),
    )
    .addOption(
      new Option("--way <name>", `only this way of running; may be repeated: ${ways.join(", ")}`)
        .argParser(wayList)
        .default([], "all"),
    )
    .option(
      "--transcript <file...>",
      "judge recordings: files, folders of .jsonl files, - for stdin",
    )
    .addOption(
      new Option(
        "--profile <name>",
        "with --transcript: codex forgives what real codex is recorded to do",
      ).choices(["fairlead", "codex"]),
    )
    .option("--json [file]", "the result as JSON; without FILE on standard output, alone")
    .option("--html <file>", "a report for a browser, one file")
    .option("--markdown <file>", "a report for a pull request")
    .option("--junit <file>", "a report for a CI system, JUnit XML")
    .addHelpText("after", exitCodes);
  return command;
}

function list(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, ...value.split(",").filter((id) => id !== "")];
}

function wayList(value: string, previous: readonly Way[]): readonly Way[] {
  const named = list(value, []).map((name) => {
    const way = ways.find((known) => known === name);
    if (way === undefined) {
      throw new UsageError(`there is no way ${name}: choose of ${ways.join(", ")}`);
    }
    return way;
  });
  return [...previous, ...named];
}

function requestOf(options: Options, module: string | undefined): CliRequest {
  const { transcript, json = null, fixtures = null } = options;
  if (options.beats === true) {
    if (module !== undefined) {
      throw new UsageError(`--beats looks at the fixtures only: leave ${module} out`);
    }
    refuse(options, [...ofBridge, "json"], "a bridge");
    refuse(options, ["transcript", "profile"], "a recording");
    return { type: "beats", fixtures };
  }
  if (transcript !== undefined) {
    if (module !== undefined) {
      throw new UsageError(`give a bridge or --transcript, not both; ${module} belongs to neither`);
    }
    refuse(options, ["fixtures", ...ofBridge], "a bridge");
    return { type: "transcripts", paths: transcript, profile: options.profile ?? "fairlead", json };
  }
  refuse(options, ["profile"], "--transcript");
  if (module === undefined) throw new UsageError(noModule(options));
  if (fixtures === null) {
    throw new UsageError(
      "--fixtures DIR is missing: the folder with the bridge's manifest.json; with --live too",
    );
  }
  return {
    type: "suite",
    module,
    fixtures,
    live: options.live ?? false,
    only: options.only,
    ways: options.way,
    files: {
      html: options.html ?? null,
      markdown: options.markdown ?? null,
      junit: options.junit ?? null,
      json,
    },
  };
}

/** Options that mean something only where a suite is run. */
const ofBridge: readonly (keyof Options)[] = ["live", "only", "way", "html", "markdown", "junit"];

function noModule({ json }: Options): string {
  const hint = typeof json === "string" ? ` (--json took ${json} as the file to write)` : "";
  return `no bridge is named: put its file first, such as ./dist/index.js${hint}`;
}

function refuse(options: Options, names: readonly (keyof Options)[], owner: string): void {
  for (const name of names) {
    const value = options[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw new UsageError(`--${name} goes with ${owner} only`);
  }
}
