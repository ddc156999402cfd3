import { BridgeError, messageOf, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import { fieldsOf, isFields, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { argumentsOf, initializeOf, type Launch } from "./command.ts";
import { failureOf } from "./translate/outcome.ts";

const controlTimeoutMs = 30_000;
const compactedAway = "Claude cannot go back behind a compaction of the conversation";

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
  readonly #waiting = new Map<string, (answer: Fields | Error) => void>();
  readonly #lifetime = new AbortController();
  #requests = 0;
  #notJson = 0;

  private constructor(host: BridgeHost, launch: Launch, sink: ProgramSink) {
    this.#host = host;
    this.#sink = sink;
    const { executable: file, cwd } = launch;
    this.#process = host.spawn({ file, args: argumentsOf(launch), cwd });
    void this.#read();
  }

  /** Starts the program; resolves with what it says of itself when it is ready, else rejects with its reason. */
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
      return { program, info: await program.request(initializeOf(launch), 2 * controlTimeoutMs) };
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Asks Claude for something and returns its answer. Rejects when it refuses, is gone or stays silent. */
  async request(request: JsonValue, timeoutMs: number = controlTimeoutMs): Promise<Fields> {
    this.#requests += 1;
    const id = `fairlead-${this.#requests}`;
    const answered = new AbortController();
    const signal = AbortSignal.any([answered.signal, this.#lifetime.signal]);
    const silent = new BridgeError("crashed", "Claude does not answer any more");
    const answer = new Promise<Fields | Error>((resolve) => {
      this.#waiting.set(id, resolve);
      void this.#host.sleep(timeoutMs, { signal }).then(
        () => resolve(silent),
        () => {},
      );
    });
    // What broke the pipe is told better by the end of the program.
    this.send({ type: "control_request", request_id: id, request }).catch(() => {});
    const result = await answer;
    this.#waiting.delete(id);
    answered.abort();
    if (result instanceof Error) throw result;
    return result;
  }

  /** Writes one frame. */
  async send(frame: JsonValue): Promise<void> {
    await this.#process.write(frame);
  }

  /** Answers a request of Claude's; null refuses it. */
  async reply(id: string, response: JsonValue): Promise<void> {
    const result =
      response === null
        ? { subtype: "error", request_id: id, error: "Fairlead does not offer this." }
        : { subtype: "success", request_id: id, response };
    await this.send({ type: "control_response", response: result });
  }

  /**
   * Live output of a running command: Claude streams none, but tells the last 8 KiB when asked. What scrolls out
   * between two looks is missing; the command's end brings all of it. Ends when `onOutput` says no, or the program ends.
   */
  async followOutput(taskId: string, onOutput: (delta: string) => boolean): Promise<void> {
    for (let seenBytes = 0; ;) {
      const answer = await this.request({ subtype: "get_task_output", task_id: taskId });
      const output = Buffer.from(textOf(answer["output"]));
      const totalBytes = Number(answer["total_bytes"] ?? output.byteLength);
      const fresh = Math.min(totalBytes - seenBytes, output.byteLength);
      seenBytes = totalBytes;
      if (!onOutput(fresh > 0 ? output.subarray(-fresh).toString() : "")) return;
      await this.#host.sleep(400, { signal: this.#lifetime.signal });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    this.#fail(new BridgeError("not-running", "this process of Claude's was ended"));
    await this.#process[Symbol.asyncDispose]();
  }

  async #read(): Promise<void> {
    let failure: BridgeError | null = null;
    try {
      for await (const line of this.#process.lines) {
        if ("json" in line && isFields(line.json)) this.#take(line.json);
        else this.#host.log("warn", `claude: ${(this.#notJson += 1)} lines are no frames`, line);
      }
    } catch (error) {
      failure = BridgeError.is(error) ? error : new BridgeError("crashed", messageOf(error));
    }
    const error = failure ?? (await this.#exit());
    this.#fail(error);
    if (!this.#lifetime.signal.aborted) this.#sink.ended(error);
  }

  #take(frame: Fields): void {
    if (frame["type"] !== "control_response") return this.#sink.frame(frame);
    const { request_id: id, subtype, response, error } = fieldsOf(frame["response"]);
    const refused = new BridgeError("bad-request", textOf(error) || "Claude refused the request");
    this.#waiting.get(textOf(id))?.(subtype === "error" ? refused : fieldsOf(response));
  }

  #fail(error: Error): void {
    for (const settle of this.#waiting.values()) settle(error);
  }

  async #exit(): Promise<BridgeError> {
    const { code, signal, stderr } = await this.#process.exited;
    const words = stderr.trim();
    if (words.startsWith("No message found")) return new BridgeError("unsupported", compactedAway);
    const { kind } = failureOf(words);
    if (kind === "not-found") return new BridgeError(kind, words);
    const how = signal ?? `exit code ${code}`;
    return new BridgeError("crashed", `Claude ended (${how})${words && `: ${words}`}`);
  }
}
