import { BridgeError, messageOf, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import type { JsonValue } from "@fairlead/codex-proto";
import { argumentsOf, initializeOf, type Launch } from "./command.ts";
import {
  controlResponse,
  fieldsOf,
  initialized,
  isFields,
  type Fields,
  type Initialized,
} from "./native.ts";
import { failureOf } from "./translate/failure.ts";

const controlTimeoutMs = 30_000;
const startTimeoutMs = 60_000;

/** Where a program's frames go: all but the answers to our own requests. */
export interface ProgramSink {
  frame(frame: Fields): void;
  /** The program is gone. Not called after dispose. */
  ended(error: BridgeError): void;
}

interface Waiting {
  resolve(answer: Fields): void;
  reject(error: Error): void;
}

/** One process of Claude's and the control protocol on its pipes. */
export class Program implements AsyncDisposable {
  readonly #host: BridgeHost;
  readonly #process: AgentProcess;
  readonly #sink: ProgramSink;
  readonly #waiting = new Map<string, Waiting>();
  readonly #lifetime = new AbortController();
  #requests = 0;
  #strange = 0;

  private constructor(host: BridgeHost, launch: Launch, sink: ProgramSink) {
    this.#host = host;
    this.#sink = sink;
    const { executable: file, cwd } = launch;
    this.#process = host.spawn({ file, args: argumentsOf(launch), cwd });
    void this.#read();
  }

  /** Starts the program and waits until it is ready. Rejects with the reason it gives on stderr. */
  static async start(
    host: BridgeHost,
    launch: Launch,
    sink: ProgramSink,
    signal: AbortSignal,
  ): Promise<{ program: Program; info: Initialized }> {
    const program = new Program(host, launch, sink);
    const stop = (): void =>
      program.#fail(new BridgeError("other", "starting Claude was given up"));
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answer = await program.request(initializeOf(launch), startTimeoutMs);
      return { program, info: initialized.parse(answer) };
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
    const answer = new Promise<Fields>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const signal = AbortSignal.any([answered.signal, this.#lifetime.signal]);
    void this.#host.sleep(timeoutMs, { signal }).then(
      () => this.#settle(id, new BridgeError("crashed", "Claude does not answer any more")),
      () => {},
    );
    try {
      const sent = this.send({ type: "control_request", request_id: id, request });
      // The end of the program says more than a broken pipe does.
      sent.catch((error: unknown) => this.#host.log("debug", messageOf(error)));
      return await answer;
    } finally {
      answered.abort();
    }
  }

  /** Writes one frame. */
  async send(frame: JsonValue): Promise<void> {
    await this.#process.write(frame);
  }

  /** Answers a request of Claude's. */
  async reply(id: string, response: JsonValue): Promise<void> {
    const body = { subtype: "success", request_id: id, response };
    await this.send({ type: "control_response", response: body });
  }

  /** Tells Claude that a request of its cannot be answered. */
  async refuse(id: string, error: string): Promise<void> {
    const body = { subtype: "error", request_id: id, error };
    await this.send({ type: "control_response", response: body });
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
        else this.#notJson(line);
      }
    } catch (error) {
      failure = BridgeError.is(error) ? error : new BridgeError("crashed", messageOf(error));
    }
    const error = failure ?? (await this.#exit());
    this.#fail(error);
    if (!this.#lifetime.signal.aborted) this.#sink.ended(error);
  }

  #take(frame: Fields): void {
    if (frame["type"] !== "control_response") {
      this.#sink.frame(frame);
      return;
    }
    const answer = controlResponse.safeParse(frame).data?.response;
    if (answer === undefined) return;
    const { request_id: id, subtype, response, error = "Claude refused the request" } = answer;
    this.#settle(
      id,
      subtype === "error" ? new BridgeError("bad-request", error) : fieldsOf(response),
    );
  }

  #settle(id: string, answer: Fields | Error): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (answer instanceof Error) waiting?.reject(answer);
    else waiting?.resolve(answer);
  }

  #fail(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, error);
  }

  #notJson(line: unknown): void {
    this.#strange += 1;
    this.#host.log("warn", `claude wrote a line that is no JSON object (${this.#strange})`, line);
  }

  async #exit(): Promise<BridgeError> {
    const { code, signal, stderr } = await this.#process.exited;
    const words = stderr.trim();
    const { kind } = failureOf(words, null);
    if (kind === "not-found") return new BridgeError(kind, words);
    const how = signal === null ? `exit code ${code ?? "unknown"}` : signal;
    return new BridgeError("crashed", `Claude ended (${how})${words === "" ? "" : `: ${words}`}`);
  }
}
