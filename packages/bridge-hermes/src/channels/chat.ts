import {
  BridgeError,
  type AgentProcess,
  type BridgeHost,
  type Settings,
} from "@fairlead/bridge-core";
import { grantOf, textOf, unattended, type Fields } from "@fairlead/bridge-core/parts";
import { notThisWay, type Channel, type ChannelSink, type Params } from "./channel.ts";

/** Tools without an effect: so called, Hermes cannot ask, and would run everything. */
const harmless = "todo,session_search";

/** `hermes chat`, called once for each prompt: no streaming, no questions. */
export class ChatChannel implements Channel {
  readonly #host: BridgeHost;
  readonly #file: string;
  readonly #cwd: string;
  readonly #settings: () => Settings;
  readonly #sink: ChannelSink;
  #session: string | null = null;
  #process: AgentProcess | null = null;
  #isStopped = false;

  constructor(
    host: BridgeHost,
    file: string,
    cwd: string,
    settings: () => Settings,
    sink: ChannelSink,
  ) {
    this.#host = host;
    this.#file = file;
    this.#cwd = cwd;
    this.#settings = settings;
    this.#sink = sink;
  }

  async request(method: string, params: Params): Promise<Fields> {
    switch (method) {
      case "session.create":
        return {};
      case "session.resume":
        this.#session = textOf(params["session_id"]);
        return { session_key: this.#session };
      case "prompt.submit":
        unattended(this.#run(textOf(params["text"])), this.#host.log);
        return {};
      case "session.interrupt":
        this.#isStopped = true;
        await this.#process?.[Symbol.asyncDispose]();
        return {};
      default:
        throw notThisWay(method);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }

  async #run(text: string): Promise<void> {
    const { model } = this.#settings();
    const args = ["chat", "-Q", `--query=${text}`];
    if (this.#session !== null) args.push("--resume", this.#session);
    if (model !== null) args.push("--model", model);
    if (grantOf(this.#settings()) !== "all") args.push("--toolsets", harmless);
    this.#isStopped = false;
    const file = this.#file;
    await using process = this.#host.spawn({ file, args, cwd: this.#cwd });
    this.#process = process;
    process.end();
    const words: string[] = [];
    try {
      for await (const line of process.lines) {
        words.push("text" in line ? line.text : JSON.stringify(line.json));
      }
    } catch (error) {
      return this.#sink.ended(
        BridgeError.is(error) ? error : new BridgeError("crashed", String(error)),
      );
    }
    const { code, stderr } = await process.exited;
    const [, session] = /^session_id: (\S+)$/m.exec(stderr) ?? [];
    this.#session = session ?? this.#session;
    const [, failure = stderr.trim()] = /^(Error: .*)$/m.exec(stderr) ?? [];
    const status = this.#isStopped ? "interrupted" : code === 0 ? "complete" : "error";
    const said = status === "error" ? failure : words.join("\n");
    this.#sink.event("message.complete", { status, text: said });
    this.#sink.event("session.info", { running: false, stored_session_id: this.#session });
  }
}
