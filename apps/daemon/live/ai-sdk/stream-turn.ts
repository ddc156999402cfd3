import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ClientName } from "@fairlead/testkit";
import { z } from "zod";

const run = promisify(execFile);

/** Imports resolve in the folder it runs in, where the client is installed. */
const script = `
const { name, codexPath, cwd, prompt } = JSON.parse(process.argv[1]);
const { createCodexAppServer } = await import(name);
const { streamText } = await import("ai");
const provider = createCodexAppServer({ defaultSettings: { codexPath, cwd, logger: false } });
const deltas = [];
const { fullStream } = streamText({ model: provider("default"), prompt });
for await (const part of fullStream) {
  if (part.type === "text-delta") deltas.push(part.text);
  if (part.type === "error") throw part.error;
}
await provider.close?.();
process.stdout.write(JSON.stringify(deltas), () => process.exit());
`;

/** A turn of one of the AI SDK's codex providers. */
export interface StreamedTurn {
  readonly name: ClientName;
  /** Where the provider is installed. */
  readonly folder: string;
  /** The program it takes for codex. */
  readonly codexPath: string;
  readonly cwd: string;
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Streams a turn in a process of its own; returns the text as it came. Rejects with what the
 * provider printed.
 */
export async function streamTurn(turn: StreamedTurn): Promise<readonly string[]> {
  const { folder, env, signal, ...options } = turn;
  const args = ["--input-type=module", "-e", script, JSON.stringify(options)];
  const { stdout } = await run(process.execPath, args, { cwd: folder, env, signal });
  return z.array(z.string()).parse(JSON.parse(stdout));
}
