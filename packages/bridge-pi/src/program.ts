import { BridgeError, messageOf, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import {
  fieldsOf,
  isFields,
  PendingAnswers,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { argumentsOf, environmentOf, type Launch } from "./command.ts";

const answerTimeoutMs = 30_000;
/** An abort is answered when all is quiet, a compaction when it is done. */
const patientMs = 30 * 60_000;

/** What to do about a missing program. */
export const notInstalled =
  "Pi is not installed: run `npm i -g @earendil-works/pi-coding-agent` and, in Pi, `/login`";

/** Where a program's events go: all but the answers to our own requests. */
export interface ProgramSink {
  frame(frame: Fields): void;
  /** The program is gone. Not called after dispose. */
  ended(error: BridgeError): void;
}

/** One process of Pi's and the requests on its pipes. */
export class Program implements AsyncDisposable {
  readonly #host: BridgeHost;
  readonly #process: AgentProcess;
  readonly #sink: ProgramSink;
  readonly #answers: PendingAnswers<Fields>;
  /** What was asked under which id: before 0.80 some answers come without one. */
  readonly #asked = new Map<string, string>();
  readonly #name: string;
  #disposed = false;
  #notFrames = 0;

  private constructor(host: BridgeHost, launch: Launch, sink: ProgramSink) {
    this.#host = host;
    this.#sink = sink;
    this.#name = `Pi ${launch.version.text}`;
    this.#answers = new PendingAnswers(host);
    const { executable: file, cwd } = launch;
    this.#process = host.spawn({
      file,
      args: argumentsOf(launch),
      cwd,
      env: environmentOf(launch),
    });
    void this.#read();
  }

  /** Starts the program; resolves with its state when it is ready. */
  static async start(
    host: BridgeHost,
    launch: Launch,
    sink: ProgramSink,
    signal: AbortSignal,
  ): Promise<{ program: Program; state: Fields }> {
    const program = new Program(host, launch, sink);
    const stop = (): void => void program[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return { program, state: await program.request("get_state", {}, 2 * answerTimeoutMs) };
    } catch (cause) {
      await program[Symbol.asyncDispose]();
      if (!BridgeError.is(cause) || cause.kind !== "not-installed") throw cause;
      throw new BridgeError("not-installed", notInstalled, { cause });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Pi's answer to a command. Rejects when it refuses, is gone or stays silent. */
  async request(
    type: string,
    more: Readonly<Record<string, JsonValue>> = {},
    timeoutMs: number = answerTimeoutMs,
  ): Promise<Fields> {
    let asked = "";
    const send = async (id: string): Promise<void> => {
      asked = id;
      this.#asked.set(id, type);
      await this.#process.write({ ...more, id, type });
    };
    try {
      return await this.#answers.ask(send, timeoutMs);
    } finally {
      this.#asked.delete(asked);
    }
  }

  /** The same for a command that is answered when its work is done. */
  async requestWork(type: string): Promise<Fields> {
    return this.request(type, {}, patientMs);
  }

  /** Answers a dialog of an extension's. */
  async reply(id: string, answer: Readonly<Record<string, JsonValue>>): Promise<void> {
    await this.#process.write({ type: "extension_ui_response", id, ...answer });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#answers.failAll(new BridgeError("not-running", "this process of Pi's was ended"));
    await this.#process[Symbol.asyncDispose]();
  }

  async #read(): Promise<void> {
    let failure: BridgeError | null = null;
    try {
      for await (const line of this.#process.lines) {
        if ("json" in line && isFields(line.json)) this.#take(line.json);
        else this.#host.log("warn", `pi: ${(this.#notFrames += 1)} lines are no frames`, line);
      }
    } catch (error) {
      failure = BridgeError.is(error) ? error : new BridgeError("crashed", messageOf(error));
    }
    const error = failure ?? (await this.#exit());
    this.#answers.failAll(error);
    if (!this.#disposed) this.#sink.ended(error);
  }

  #take(frame: Fields): void {
    if (frame["type"] !== "response") return this.#sink.frame(frame);
    const { id, command, success, data, error } = frame;
    const [named] = [...this.#asked].find(([, type]) => type === command) ?? [];
    const words = `${this.#name} refused ${textOf(command)}: ${textOf(error) || "no reason given"}`;
    const refused = new BridgeError("bad-request", words);
    this.#answers.settle(textOf(id ?? named), success === true ? fieldsOf(data) : refused);
  }

  async #exit(): Promise<BridgeError> {
    const { code, signal, stderr } = await this.#process.exited;
    const words = stderr.trim();
    if (/no session found/i.test(words)) return new BridgeError("not-found", words);
    const how = signal ?? `exit code ${code}`;
    return new BridgeError("crashed", `${this.#name} ended (${how})${words && `: ${words}`}`);
  }
}
