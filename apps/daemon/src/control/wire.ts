import { CommandError, type CommandFailure, commandFailures } from "./command-error.ts";

/**
 * Version of what is spoken on the control socket: one JSON line with a {@link ControlRequest},
 * answered by lines with one {@link ControlFrame} each; the last one is `result` or `error`.
 */
export const controlProtocol = 1;

/** What the command line asks. */
export interface ControlRequest {
  readonly op: string;
  readonly params: unknown;
  readonly version: number;
}

/** What the daemon says. */
export type ControlFrame =
  | { readonly event: unknown }
  | { readonly result: unknown }
  | { readonly error: { readonly message: string; readonly failure: CommandFailure } };

/** Throws a sentence for anything but a request. */
export function requestOf(line: string): ControlRequest {
  const parsed = objectOf(line);
  const { op, params, version } = parsed;
  if (typeof op !== "string") throw new CommandError("usage", 'A request needs an "op".');
  if (typeof version !== "number") {
    throw new CommandError("usage", `A request needs a "version": ${controlProtocol} today.`);
  }
  return { op, params, version };
}

/** Throws for anything but a frame. */
export function frameOf(line: string): ControlFrame {
  const parsed = objectOf(line);
  if ("event" in parsed) return { event: parsed["event"] };
  if ("result" in parsed) return { result: parsed["result"] };
  const error: unknown = parsed["error"];
  if (typeof error === "object" && error !== null && "message" in error) {
    const failure = "failure" in error ? error.failure : null;
    return {
      error: {
        message: String(error.message),
        failure: commandFailures.find((known) => known === failure) ?? "failed",
      },
    };
  }
  throw new CommandError("failed", "The daemon sent what is no answer.");
}

/**
 * Cuts a stream of bytes into lines. Feed it every chunk; null = a line is longer than allowed, and
 * nothing more can be read.
 */
export function lineCutter(maxLineBytes: number): (chunk: Buffer) => readonly string[] | null {
  let held: Buffer[] = [];
  let heldBytes = 0;
  return (chunk) => {
    const lines: string[] = [];
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      if (heldBytes + end > maxLineBytes) return null;
      lines.push(Buffer.concat([...held, rest.subarray(0, end)]).toString("utf8"));
      held = [];
      heldBytes = 0;
      rest = rest.subarray(end + 1);
    }
    held.push(rest);
    heldBytes += rest.length;
    return heldBytes > maxLineBytes ? null : lines;
  };
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new CommandError("usage", "A line of the control socket is one JSON object.", {
      cause: error,
    });
  }
  if (typeof parsed === "object" && parsed !== null) return { ...parsed };
  throw new CommandError("usage", "A line of the control socket is one JSON object.");
}
