import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import {
  AgentProgram,
  fieldsOf,
  textOf,
  type Fields,
  type ProgramProtocol,
  type ProgramSink,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { argumentsOf, initializeOf, type Launch } from "./command.ts";
import { failureOf } from "./translate/outcome.ts";

const startTimeoutMs = 60_000;
const outputPollMs = 400;
const compactedAway = "Claude cannot go back behind a compaction of the conversation";

/** What to do about a missing program. */
export const notInstalled =
  "Claude Code is not installed: run `npm i -g @anthropic-ai/claude-code` and `claude auth login`";

const protocol: ProgramProtocol = {
  name: "Claude",
  notInstalled,
  answerIn(frame) {
    if (frame["type"] !== "control_response") return null;
    const { request_id: id, subtype, response, error } = fieldsOf(frame["response"]);
    const refused = new BridgeError("bad-request", textOf(error) || "Claude refused the request");
    return { id: textOf(id), answer: subtype === "error" ? refused : fieldsOf(response) };
  },
  failureIn(words) {
    const { kind } = failureOf(words);
    if (kind === "not-found") return new BridgeError(kind, words);
    return kind === "unsupported" ? new BridgeError(kind, compactedAway) : null;
  },
};

/** One process of Claude's and the control protocol on its pipes. */
export class Program extends AgentProgram {
  readonly #host: BridgeHost;

  private constructor(host: BridgeHost, launch: Launch, sink: ProgramSink) {
    const { executable: file, cwd } = launch;
    super(host, { file, args: argumentsOf(launch), cwd }, protocol, sink);
    this.#host = host;
  }

  /** Starts the program; resolves with what it says of itself when it is ready. */
  static async start(
    host: BridgeHost,
    launch: Launch,
    sink: ProgramSink,
    signal: AbortSignal,
  ): Promise<{ program: Program; info: Fields }> {
    const program = new Program(host, launch, sink);
    const hello = program.request(initializeOf(launch), startTimeoutMs);
    return { program, info: await program.ready(hello, signal) };
  }

  /** Claude's answer to a request. Rejects when it refuses, is gone or stays silent. */
  async request(request: JsonValue, timeoutMs?: number): Promise<Fields> {
    return this.ask((request_id) => ({ type: "control_request", request_id, request }), timeoutMs);
  }

  /** Answers a request of Claude's; null refuses it. */
  async reply(request_id: string, response: JsonValue): Promise<void> {
    const refusal = { subtype: "error", error: "Fairlead does not offer this." };
    const body = response === null ? refusal : { subtype: "success", response };
    await this.send({ type: "control_response", response: { request_id, ...body } });
  }

  /**
   * Live output of a command: Claude streams none, but tells the last 8 KiB when asked. The
   * command's end brings all of it. Ends when `onOutput` says no, or the program ends.
   */
  async followOutput(task_id: string, onOutput: (delta: string) => boolean): Promise<void> {
    for (let seenBytes = 0; ;) {
      const { output, total_bytes } = await this.request({ subtype: "get_task_output", task_id });
      const tail = Buffer.from(textOf(output));
      const totalBytes = Number(total_bytes ?? tail.byteLength);
      const fresh = Math.min(totalBytes - seenBytes, tail.byteLength);
      seenBytes = totalBytes;
      if (!onOutput(fresh > 0 ? tail.subarray(-fresh).toString() : "")) return;
      await this.#host.sleep(outputPollMs, { signal: this.signal });
    }
  }
}
