import type { AgentProcess, BridgeHost, SpawnSpec } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { isFields, type Fields } from "./fields.ts";
import { PendingAnswers } from "./pending-answers.ts";

const answerTimeoutMs = 30_000;

/** How an agent answers on its pipes, and how it is called. */
export interface ProgramProtocol {
  /** In sentences: `Pi 1.5.2`. */
  readonly name: string;
  /** What to do when the program is not there. */
  readonly notInstalled: string;
  /** Which request a frame answers, and how; null for any other frame. */
  readonly answerIn: (frame: Fields) => {
    readonly id: string;
    readonly answer: Fields | BridgeError;
  } | null;
  /** What the last words of a program that ended mean; null when they mean nothing special. */
  readonly failureIn: (stderr: string) => BridgeError | null;
  /** For agents that say in plain text what they then wait for: why it is no use to go on. */
  readonly failureInLine?: (text: string) => BridgeError | null;
}

/** Where a program's frames go: all but the answers to our own requests. */
export interface ProgramSink {
  frame(frame: Fields): void;
  /** What has to be known before a frame is taken: those behind it wait. Null for nothing. */
  before?(frame: Fields): Promise<void> | null;
  /** The program is gone. Not called after dispose. */
  ended(error: BridgeError): void;
}

/** One process of an agent's that speaks JSON lines, and the requests on its pipes. */
export class AgentProgram implements AsyncDisposable {
  readonly #host: BridgeHost;
  readonly #process: AgentProcess;
  readonly #protocol: ProgramProtocol;
  readonly #sink: ProgramSink;
  readonly #answers: PendingAnswers<Fields>;
  readonly #lifetime = new AbortController();
  #notFrames = 0;

  constructor(host: BridgeHost, spec: SpawnSpec, protocol: ProgramProtocol, sink: ProgramSink) {
    this.#host = host;
    this.#protocol = protocol;
    this.#sink = sink;
    this.#answers = new PendingAnswers(host);
    this.#process = host.spawn(spec);
    void this.#read();
  }

  /** Aborted when the program is disposed of. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** How it ended. Never rejects. */
  get exited(): AgentProcess["exited"] {
    return this.#process.exited;
  }

  /** The first answer of a new program, which is ended when it does not come. */
  async ready(answer: Promise<Fields>, signal: AbortSignal): Promise<Fields> {
    const stop = (): void => void this[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await answer;
    } catch (cause) {
      await this[Symbol.asyncDispose]();
      if (!BridgeError.is(cause) || cause.kind !== "not-installed") throw cause;
      throw new BridgeError("not-installed", this.#protocol.notInstalled, { cause });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** The agent's answer to a request. Rejects when it refuses, is gone or stays silent. */
  async ask(
    requestOf: (id: string) => unknown,
    timeoutMs: number = answerTimeoutMs,
  ): Promise<Fields> {
    return this.#answers.ask(async (id) => this.send(requestOf(id)), timeoutMs);
  }

  /** Writes one frame. */
  async send(frame: unknown): Promise<void> {
    await this.#process.write(frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    const { name } = this.#protocol;
    this.#answers.failAll(new BridgeError("not-running", `this process of ${name} was ended`));
    await this.#process[Symbol.asyncDispose]();
  }

  async #read(): Promise<void> {
    const { name } = this.#protocol;
    let failure: BridgeError | null = null;
    try {
      for await (const line of this.#process.lines) {
        if ("json" in line && isFields(line.json)) {
          const known = this.#take(line.json);
          if (known !== null) await known;
        } else
          this.#host.log("warn", `${name}: ${(this.#notFrames += 1)} lines are no frames`, line);
        failure = "text" in line ? (this.#protocol.failureInLine?.(line.text) ?? null) : null;
        if (failure !== null) break;
      }
    } catch (error) {
      failure = BridgeError.is(error) ? error : new BridgeError("crashed", messageOf(error));
    }
    const error = failure ?? (await this.#exit());
    this.#answers.failAll(error);
    if (!this.signal.aborted) this.#sink.ended(error);
    if (failure !== null) await this.#process[Symbol.asyncDispose]();
  }

  #take(frame: Fields): Promise<void> | null {
    const answered = this.#protocol.answerIn(frame);
    if (answered !== null) this.#answers.settle(answered.id, answered.answer);
    const known = answered === null ? (this.#sink.before?.(frame) ?? null) : null;
    if (known !== null) return known.then(() => this.#sink.frame(frame));
    if (answered === null) this.#sink.frame(frame);
    return null;
  }

  async #exit(): Promise<BridgeError> {
    const { code, signal, stderr } = await this.#process.exited;
    const words = stderr.trim();
    const how = `${this.#protocol.name} ended (${signal ?? `exit code ${code}`})`;
    return (
      this.#protocol.failureIn(words) ??
      new BridgeError("crashed", `${how}${words && `: ${words}`}`)
    );
  }
}
