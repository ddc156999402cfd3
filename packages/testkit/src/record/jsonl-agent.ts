import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { JsonObject } from "../json.ts";
import { objectOf } from "../json.ts";

/** A frame and who sent it: `send` is client to agent. */
export interface LoggedFrame {
  readonly dir: "send" | "recv";
  readonly frame: JsonObject;
}

/** How to start an agent that speaks one JSON frame per line on stdio. */
export interface JsonlAgentOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A running agent whose frames are logged. Disposing it ends its stdin and waits for its exit. */
export interface JsonlAgent extends AsyncDisposable {
  /** Every frame so far, both directions, in order. */
  readonly log: readonly LoggedFrame[];
  /** Writes a frame and logs it. */
  send(frame: JsonObject): void;
  /**
   * Takes the first received frame that matches and that nobody has taken yet, and returns its
   * place in the log. Waits for it up to two minutes; rejects with the last frames when the time is
   * up or the agent ends.
   */
  take(matches: (frame: JsonObject) => boolean, what: string): Promise<number>;
}

const takeTimeoutMs = 120_000;
const exitTimeoutMs = 10_000;

/** Starts an agent. Rejects when the program cannot be started. */
export async function startJsonlAgent(options: JsonlAgentOptions): Promise<JsonlAgent> {
  const child = spawn(options.command, options.arguments, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  await once(child, "spawn");
  const exited = once(child, "exit");
  // A dead agent is noticed by the end of its output.
  child.stdin.on("error", () => undefined);
  const log: LoggedFrame[] = [];
  const taken = new Set<number>();
  const changes = new EventTarget();
  let ended = false;

  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    log.push({ dir: "recv", frame: parseFrame(line) });
    changes.dispatchEvent(new Event("change"));
  });
  lines.once("close", () => {
    ended = true;
    changes.dispatchEvent(new Event("change"));
  });

  return {
    log,
    send(frame) {
      log.push({ dir: "send", frame });
      child.stdin.write(`${JSON.stringify(frame)}\n`);
    },
    async take(matches, what) {
      const signal = AbortSignal.timeout(takeTimeoutMs);
      for (;;) {
        const at = log.findIndex(
          (entry, index) => entry.dir === "recv" && !taken.has(index) && matches(entry.frame),
        );
        if (at >= 0) {
          taken.add(at);
          return at;
        }
        if (ended || signal.aborted) {
          const last = log.slice(-5).map((entry) => JSON.stringify(entry).slice(0, 400));
          throw new Error(`never received ${what}; the last frames were\n${last.join("\n")}`);
        }
        await once(changes, "change", { signal }).catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const kill = setTimeout(() => child.kill("SIGKILL"), exitTimeoutMs);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** A line that is no JSON stays visible in the recording. */
function parseFrame(line: string): JsonObject {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return { unparsed: line };
  }
}
