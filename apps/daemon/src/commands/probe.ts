import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { dataDirOption } from "./options.ts";

interface ProbeOptions {
  readonly agent?: string;
  readonly params: unknown;
  readonly thread: boolean;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly until?: string;
  readonly seconds: number;
  readonly device?: string;
  readonly cursor?: number;
  readonly dataDir?: string;
}

/** `fairlead probe`. */
export function addProbe(program: Command): void {
  program
    .command("probe")
    .description("send one request as a client would, and show every frame")
    .argument("[method]", "codex method", "thread/list")
    .option("--agent <name>", "endpoint of this agent (default: the one that is all agents)")
    .option(
      "--params <json>",
      "params of the request; $threadId = the thread of --thread",
      json,
      {},
    )
    .option("--thread", "start a thread in this folder first", false)
    .option("--url <url>", "ws:// or unix:// address (default: the daemon of this machine)")
    .option("--token-file <file>", "file with the token of --url")
    .option("--until <method>", "wait for this notification behind the answer")
    .option("--seconds <number>", "give up after so long", seconds, 30)
    .option("--device <name>", "name a session that can be resumed")
    .option("--cursor <seq>", "resume it behind this `_alleycat_seq`", cursor)
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
What is sent goes to stderr behind →, what comes to stdout behind ←. Exit code 1: refused or late.

Examples:
  $ fairlead probe model/list
  $ fairlead probe turn/start --agent demo --thread --until turn/completed \\
      --params '{"threadId":"$threadId","input":[{"type":"text","text":"hello"}]}'`,
    )
    .action(async (method: string, options: ProbeOptions) => {
      const { probe } = await import("../terminal/probe.ts");
      const { url, token } = await target(options);
      const ok = await probe({ ...options, method, url, token });
      if (!ok) process.exitCode = 1;
    });
}

async function target(
  options: ProbeOptions,
): Promise<{ readonly url: string; readonly token: string | null }> {
  if (options.url !== undefined) {
    const { tokenFile } = options;
    const token = tokenFile === undefined ? null : (await readFile(tokenFile, "utf8")).trim();
    return { url: options.url, token };
  }
  const { runningEndpoint } = await import("../serve/reach-agent.ts");
  return { url: await runningEndpoint(options.agent ?? null, options.dataDir), token: null };
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new InvalidArgumentError('It must be JSON, like {"limit":5}.');
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 3600) return value;
  throw new InvalidArgumentError("It is a number of seconds from 0 to 3600.");
}

function cursor(text: string): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It is the number of a frame.");
}
