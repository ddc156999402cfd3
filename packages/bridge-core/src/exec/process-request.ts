import { RpcError } from "../errors.ts";
import { requireTerminalSize } from "./process-table.ts";
import type { TerminalSize } from "./child.ts";

/** Time limit when a request sets none; codex's. */
const defaultTimeoutMs = 10_000;
/** Bytes kept or sent per stream when a request sets no cap; codex's. */
const defaultCapBytes = 1024 * 1024;
/** Most bytes per stream that are ever kept for one answer. */
const maxKeptBytes = 64 * 1024 * 1024;
const defaultSize: TerminalSize = { rows: 24, cols: 80 };

/** What `command/exec` and `process/spawn` have in common, as far as it needs checking. */
export interface ProcessRequest {
  readonly command: readonly string[];
  readonly tty?: boolean | undefined;
  readonly streamStdin?: boolean | undefined;
  readonly streamStdoutStderr?: boolean | undefined;
  readonly size?: TerminalSize | null | undefined;
  /** Undefined: the default; null: none. */
  readonly timeoutMs: number | null | undefined;
  /** Undefined: the default; null: none. */
  readonly capBytes: number | null | undefined;
}

/** The same with every default applied. */
export interface CheckedRequest {
  readonly argv: readonly [string, ...string[]];
  readonly terminal: TerminalSize | null;
  readonly stdin: "none" | "open";
  readonly isStreamed: boolean;
  readonly timeoutMs: number | null;
  readonly capBytes: number;
}

/**
 * Applies codex's defaults and refuses, in codex's words, what makes no sense. `method` heads the
 * messages.
 */
export function checkRequest(method: string, request: ProcessRequest): CheckedRequest {
  const [program, ...args] = request.command;
  if (program === undefined) throw RpcError.invalidRequest("command must not be empty");
  const { size, timeoutMs = defaultTimeoutMs, capBytes = defaultCapBytes } = request;
  const isTerminal = request.tty === true;
  if (size !== null && size !== undefined) {
    if (!isTerminal) throw RpcError.invalidParams(`${method} size requires tty: true`);
    requireTerminalSize(method, size);
  }
  if (timeoutMs !== null && timeoutMs < 0) {
    throw RpcError.invalidParams(`${method} timeoutMs must be non-negative, got ${timeoutMs}`);
  }
  const isStreamed = isTerminal || request.streamStdoutStderr === true;
  const mostBytes = isStreamed ? Number.POSITIVE_INFINITY : maxKeptBytes;
  return {
    argv: [program, ...args],
    terminal: isTerminal ? (size ?? defaultSize) : null,
    stdin: isTerminal || request.streamStdin === true ? "open" : "none",
    isStreamed,
    timeoutMs,
    capBytes: Math.min(capBytes ?? mostBytes, mostBytes),
  };
}
