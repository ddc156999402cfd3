import {
  BridgeError,
  type AgentProcess,
  type BridgeHost,
  type Settings,
} from "@fairlead/bridge-core";
import { grantOf, unattended } from "@fairlead/bridge-core/parts";
import { OtherWay, type HermesSink } from "./channel.ts";

/** Tools without an effect: so called, Hermes cannot ask, and would run everything. */
const harmless = "todo,session_search";

/** Where `hermes chat` is run. */
export interface ChatOptions {
  readonly file: string;
  readonly cwd: string;
  readonly settings: () => Settings | null;
}

/** `hermes chat`, called once for each prompt: no streaming, no questions. */
export class ChatChannel extends OtherWay {
  readonly #host: BridgeHost;
  readonly #options: ChatOptions;
  #process: AgentProcess | null = null;
  #isStopped = false;

  constructor(host: BridgeHost, options: ChatOptions, sink: HermesSink) {
    super(sink);
    this.#host = host;
    this.#options = options;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }

  protected open(): Promise<void> {
    return Promise.resolve();
  }

  protected prompt(text: string): Promise<void> {
    unattended(this.#run(text), this.#host.log);
    return Promise.resolve();
  }

  protected async stop(): Promise<void> {
    this.#isStopped = true;
    await this[Symbol.asyncDispose]();
  }

  async #run(text: string): Promise<void> {
    const { file, cwd, settings } = this.#options;
    const now = settings();
    const args = ["chat", "-Q", `--query=${text}`];
    if (this.session !== "") args.push("--resume", this.session);
    if (typeof now?.model === "string") args.push("--model", now.model);
    if (now === null || grantOf(now) !== "all") args.push("--toolsets", harmless);
    this.#isStopped = false;
    await using process = this.#host.spawn({ file, args, cwd });
    this.#process = process;
    process.end();
    const words: string[] = [];
    try {
      for await (const line of process.lines) {
        words.push("text" in line ? line.text : JSON.stringify(line.json));
      }
    } catch (error) {
      const isKnown = BridgeError.is(error);
      return this.sink.ended(isKnown ? error : new BridgeError("crashed", String(error)));
    }
    const { code, stderr } = await process.exited;
    const [, session = this.session] = /^session_id: (\S+)$/m.exec(stderr) ?? [];
    this.session = session;
    const [, failure = stderr.trim()] = /^(Error: .*)$/m.exec(stderr) ?? [];
    const status = this.#isStopped ? "interrupted" : code === 0 ? "complete" : "error";
    const said = status === "error" ? failure : words.join("\n");
    this.over(status, said, {}, { stored_session_id: session });
  }
}
