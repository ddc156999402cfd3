import { textAt } from "./field-path.ts";

/** A thing that lives with the server that started it, under an id the client chose. */
interface Handle {
  readonly kind: "command" | "process" | "watch" | "search session" | "search" | "event stream";
  readonly field: string;
  readonly does: "starts" | "uses" | "ends";
}

const command = { kind: "command", field: "processId" } as const;
const program = { kind: "process", field: "processHandle" } as const;
const watch = { kind: "watch", field: "watchId" } as const;
const session = { kind: "search session", field: "sessionId" } as const;
const stream = { kind: "event stream", field: "subscriptionId" } as const;

/** The client's requests about them. */
const requests: Readonly<Record<string, Handle>> = {
  "command/exec": { ...command, does: "starts" },
  "command/exec/write": { ...command, does: "uses" },
  "command/exec/resize": { ...command, does: "uses" },
  "command/exec/terminate": { ...command, does: "uses" },
  "process/spawn": { ...program, does: "starts" },
  "process/writeStdin": { ...program, does: "uses" },
  "process/kill": { ...program, does: "uses" },
  "process/resizePty": { ...program, does: "uses" },
  "fs/watch": { ...watch, does: "starts" },
  "fs/unwatch": { ...watch, does: "ends" },
  fuzzyFileSearch: { kind: "search", field: "cancellationToken", does: "starts" },
  "fuzzyFileSearch/sessionStart": { ...session, does: "starts" },
  "fuzzyFileSearch/sessionUpdate": { ...session, does: "uses" },
  "fuzzyFileSearch/sessionStop": { ...session, does: "ends" },
  "mcpServer/event/stream/start": { ...stream, does: "starts" },
  "mcpServer/event/stream/stop": { ...stream, does: "ends" },
};

/** What ends one from the server's side: a notification, or the answer to what started it. */
const endings: Readonly<Record<string, Handle>> = {
  "process/exited": { ...program, does: "ends" },
};
const endsWithAnswer: ReadonlySet<string> = new Set(["command/exec", "fuzzyFileSearch"]);

interface Holder {
  readonly agent: string;
  /** A second start under the same id fails, and must not end what the first one started. */
  readonly starts: number;
}

/** More live ones of a session than this are not remembered: the oldest goes. */
const mostHandles = 1024;

/**
 * Which server holds what a session has started: commands, processes, watches, searches. One per
 * gateway session, since ids are the client's own. Of an id it has not seen, or no more, it knows
 * nothing: such a request goes where new ones go, whose error is then true.
 */
export class Handles {
  readonly #holders = new Map<string, Holder>();

  /** The agent whose server must get this request; undefined = any. */
  agentOf(method: string, params: unknown): string | undefined {
    const key = keyOf(requests[method], params);
    return key === null ? undefined : this.#holders.get(key)?.agent;
  }

  /** To be called with every request of the client once it is known which agent gets it. */
  sent(method: string, params: unknown, agent: string): void {
    const handle = requests[method];
    const key = keyOf(handle, params);
    if (handle === undefined || key === null) return;
    if (handle.does === "ends") this.#holders.delete(key);
    if (handle.does !== "starts") return;
    const starts = (this.#holders.get(key)?.starts ?? 0) + 1;
    this.#holders.set(key, { agent, starts });
    const [oldest] = this.#holders.keys();
    if (this.#holders.size > mostHandles && oldest !== undefined) this.#holders.delete(oldest);
  }

  /** To be called when a request was answered, with its params; `failed` = with an error. */
  answered(method: string, params: unknown, failed: boolean): void {
    const handle = requests[method];
    const key = keyOf(handle, params);
    if (key === null || handle?.does !== "starts") return;
    const holder = this.#holders.get(key);
    if (holder === undefined || !(failed || endsWithAnswer.has(method))) return;
    if (holder.starts === 1) this.#holders.delete(key);
    else this.#holders.set(key, { ...holder, starts: holder.starts - 1 });
  }

  /** To be called with every notification of an agent. */
  told(method: string, params: unknown): void {
    const key = keyOf(endings[method], params);
    if (key !== null) this.#holders.delete(key);
  }

  /** To be called when an agent's server has ended, with all that it held. */
  lost(agent: string): void {
    for (const [key, holder] of this.#holders) {
      if (holder.agent === agent) this.#holders.delete(key);
    }
  }
}

function keyOf(handle: Handle | undefined, params: unknown): string | null {
  if (handle === undefined) return null;
  const id = textAt(params, [handle.field]);
  return id === null ? null : `${handle.kind} ${id}`;
}
