import { BridgeError, messageOf, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import {
  fieldsOf,
  isFields,
  PendingAnswers,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { argumentsOf, initializeOf, type Launch } from "./command.ts";
import { failureOf } from "./translate/outcome.ts";

const answerTimeoutMs = 30_000;
const outputPollMs = 400;
const compactedAway = "Claude cannot go back behind a compaction of the conversation";

/** What to do about a missing program. */
export const notInstalled =
  "Claude Code is not installed: run `npm i -g @anthropic-ai/claude-code` and `claude auth login`";

/** Where a program's frames go: all but the answers to our own requests. */
export interface ProgramSink {
  frame(frame: Fields): void;
  /** The program is gone. Not called after dispose. */
  ended(error: BridgeError): void;
}

/** One process of Claude's and the control protocol on its pipes. */
export class Program implements AsyncDisposable {
  readonly #host: BridgeHost;
  readonly #process: AgentProcess;
  readonly #sink: ProgramSink;
  readonly #answers: PendingAnswers<Fields>;
  readonly #lifetime = new AbortController();
  #notFrames = 0;

  private constructor(host: BridgeHost, launch: Launch, sink: ProgramSink) {
    this.#host = host;
    this.#sink = sink;
    this.#answers = new PendingAnswers(host);
    const { executable: file, cwd } = launch;
    this.#process = host.spawn({ file, args: argumentsOf(launch), cwd });
    void this.#read();
  }

  /** Starts the program; resolves with what it says of itself when it is ready. */
  static async start(
    host: BridgeHost,
    launch: Launch,
    sink: ProgramSink,
    signal: AbortSignal,
  ): Promise<{ program: Program; info: Fields }> {
    const program = new Program(host, launch, sink);
    const stop = (): void => void program[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return { program, info: await program.request(initializeOf(launch), 2 * answerTimeoutMs) };
    } catch (cause) {
      await program[Symbol.asyncDispose]();
      if (!BridgeError.is(cause) || cause.kind !== "not-installed") throw cause;
      throw new BridgeError("not-installed", notInstalled, { cause });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Claude's answer to a request. Rejects when it refuses, is gone or stays silent. */
  async request(request: JsonValue, timeoutMs: number = answerTimeoutMs): Promise<Fields> {
    const send = async (request_id: string): Promise<void> =>
      this.send({ type: "control_request", request_id, request });
    return this.#answers.ask(send, timeoutMs);
  }

  /** Writes one frame. */
  async send(frame: JsonValue): Promise<void> {
    await this.#process.write(frame);
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
      await this.#host.sleep(outputPollMs, { signal: this.#lifetime.signal });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    this.#answers.failAll(new BridgeError("not-running", "this process of Claude's was ended"));
    await this.#process[Symbol.asyncDispose]();
  }

  async #read(): Promise<void> {
    let failure: BridgeError | null = null;
    try {
      for await (const line of this.#process.lines) {
        if ("json" in line && isFields(line.json)) this.#take(line.json);
        else this.#host.log("warn", `claude: ${(this.#notFrames += 1)} lines are no frames`, line);
      }
    } catch (error) {
      failure = BridgeError.is(error) ? error : new BridgeError("crashed", messageOf(error));
    }
    const error = failure ?? (await this.#exit());
    this.#answers.failAll(error);
    if (!this.#lifetime.signal.aborted) this.#sink.ended(error);
  }

  #take(frame: Fields): void {
    if (frame["type"] !== "control_response") return this.#sink.frame(frame);
    const { request_id: id, subtype, response, error } = fieldsOf(frame["response"]);
    const refused = new BridgeError("bad-request", textOf(error) || "Claude refused the request");
    this.#answers.settle(textOf(id), subtype === "error" ? refused : fieldsOf(response));
  }

  async #exit(): Promise<BridgeError> {
    const { code, signal, stderr } = await this.#process.exited;
    const words = stderr.trim();
    const { kind } = failureOf(words);
    if (kind === "not-found") return new BridgeError(kind, words);
    if (kind === "unsupported") return new BridgeError(kind, compactedAway);
    const how = signal ?? `exit code ${code}`;
    return new BridgeError("crashed", `Claude ended (${how})${words && `: ${words}`}`);
  }
}
