import type { BridgeHost, SpawnSpec } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { isFields, type Fields } from "./fields.ts";

const newline = 10;

/**
 * All of a file, or null when it is longer than `maxBytes` (default: no limit). Rejects when it
 * cannot be read.
 */
export async function readWhole(
  files: BridgeHost["files"],
  path: string,
  maxBytes: number = Number.POSITIVE_INFINITY,
): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of files.read(path, { signal: new AbortController().signal })) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** True when the file can be read; reads no more than its first chunk. */
export async function isReadable(files: BridgeHost["files"], path: string): Promise<boolean> {
  return readWhole(files, path, 0).then(
    () => true,
    () => false,
  );
}

/** The text of a file; null when it cannot be read. */
export async function readText(files: BridgeHost["files"], path: string): Promise<string | null> {
  return readWhole(files, path).then(String, () => null);
}

/** What these files hold, by their paths; one that is not there or longer than `maxBytes` is left out. */
export async function textsOf(
  files: BridgeHost["files"],
  paths: readonly string[],
  maxBytes: number = 256 * 1024,
): Promise<Readonly<Record<string, string>>> {
  const read = paths.map(async (path) => {
    const whole = await readWhole(files, path, maxBytes).catch(() => null);
    return whole === null ? [] : [[path, String(whole)] as const];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}

/** The JSON value in a file; null when there is no such file or it holds none. */
export async function readJson(files: BridgeHost["files"], path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(String(await readWhole(files, path)));
    return value;
  } catch {
    return null;
  }
}

/**
 * The JSON objects in the lines of a file, from byte `start` (default 0) to about `maxBytes` later
 * (default: the end). What is no JSON object is left out, so a `start` inside a line costs that
 * line only.
 */
export async function* jsonLines(
  files: BridgeHost["files"],
  path: string,
  options: { readonly start?: number; readonly maxBytes?: number; readonly signal: AbortSignal },
): AsyncGenerator<Fields, void> {
  const { start = 0, maxBytes = Number.POSITIVE_INFINITY, signal } = options;
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of files.read(path, { start, signal })) {
    bytes += chunk.byteLength;
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const line = parsed([...pieces, chunk.subarray(from, end)]);
      pieces = [];
      from = end + 1;
      if (line !== null) yield line;
    }
    pieces.push(chunk.subarray(from));
    if (bytes >= maxBytes) return;
  }
  const line = parsed(pieces);
  if (line !== null) yield line;
}

function parsed(pieces: readonly Uint8Array[]): Fields | null {
  try {
    const value: unknown = JSON.parse(Buffer.concat(pieces).toString("utf8"));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** A line near the beginning or the end of a file. */
export interface EdgeLine {
  readonly edge: "head" | "tail";
  readonly line: Fields;
}

const headBytes = 256 * 1024;
const edgesBytes = 64 * 1024;
const leastTailBytes = 16 * 1024;

/**
 * The JSON objects in the lines of a file's head, until `isEnough` (at most about 256 KiB), then those
 * of its tail: as much of it as makes 64 KiB together, at least 16 KiB. For lists, which must not read
 * whole files. The tail of a short file begins in its head.
 */
export async function* edgeLines(
  files: BridgeHost["files"],
  { path, size }: { readonly path: string; readonly size: number },
  { isEnough, signal }: { readonly isEnough: () => boolean; readonly signal: AbortSignal },
): AsyncGenerator<EdgeLine, void> {
  let bytes = 0;
  const counted: BridgeHost["files"] = {
    ...files,
    async *read(file, options) {
      for await (const chunk of files.read(file, options)) {
        bytes += chunk.byteLength;
        yield chunk;
      }
    },
  };
  for await (const line of jsonLines(counted, path, { maxBytes: headBytes, signal })) {
    yield { edge: "head", line };
    if (isEnough()) break;
  }
  const start = Math.max(0, size - Math.max(leastTailBytes, edgesBytes - bytes));
  for await (const line of jsonLines(files, path, { start, signal })) yield { edge: "tail", line };
}

/**
 * Everything a short-lived program prints on stdout. Rejects when it cannot be started; kills it on
 * abort.
 */
export async function printedBy(
  host: BridgeHost,
  spec: SpawnSpec,
  signal: AbortSignal,
): Promise<string> {
  return (await outputOf(host, spec, signal)).stdout;
}

/** The same, with the last of what it says on stderr behind it. */
export async function saidBy(
  host: BridgeHost,
  spec: SpawnSpec,
  signal: AbortSignal,
): Promise<string> {
  const { stdout, stderr } = await outputOf(host, spec, signal);
  return [stdout, stderr].filter(Boolean).join("\n");
}

/** The same, each by itself. */
export async function outputOf(
  host: BridgeHost,
  spec: SpawnSpec,
  signal: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  await using program = host.spawn(spec);
  const stop = (): void => void program[Symbol.asyncDispose]();
  signal.addEventListener("abort", stop, { once: true });
  program.end();
  const lines: string[] = [];
  try {
    for await (const line of program.lines) {
      lines.push("text" in line ? line.text : JSON.stringify(line.json));
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
  return { stdout: lines.join("\n"), stderr: (await program.exited).stderr };
}

/** Runs a helper to its end. Rejects, with what it says on stderr, when it does not go well. */
export async function ranWell(host: BridgeHost, spec: SpawnSpec): Promise<void> {
  await using running = host.spawn(spec);
  running.end();
  const { code, stderr } = await running.exited;
  if (code === 0) return;
  throw new BridgeError("other", `\`${spec.file}\` failed: ${stderr.trim()}`);
}

/** Which of these processes live. Where the system does not tell, all of them. */
export async function livingOf(
  host: BridgeHost,
  pids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (pids.length === 0) return new Set();
  const spec = { file: "ps", args: ["-o", "pid=", "-p", pids.join()], cwd: "/" };
  return printedBy(host, spec, new AbortController().signal).then(
    (printed) => new Set(printed.split("\n").map(Number)),
    () => new Set(pids),
  );
}
