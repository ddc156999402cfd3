import { messageOf, type BridgeHost } from "@fairlead/bridge-core";
import {
  acpOpening,
  fieldsOf,
  JsonRpcProgram,
  listOf,
  outcomeFor,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { notInstalled } from "../install.ts";
import {
  OtherWay,
  patientMs,
  type HermesSink,
  type HermesOpening,
  type HermesParams,
} from "./channel.ts";

/** `hermes acp`. It tells its calls in words for people, which are read here. */
export class AcpChannel extends OtherWay {
  readonly #program: JsonRpcProgram;
  readonly #opening: HermesOpening;
  readonly #log: BridgeHost["log"];
  /** Options of the permissions that are asked for, by the ids of the requests. */
  readonly #asked = new Map<string, { readonly id: unknown; readonly options: Fields[] }>();
  #images: Fields[] = [];
  #hasSaid = false;
  #isPrompting = false;

  constructor(host: BridgeHost, file: string, opening: HermesOpening, sink: HermesSink) {
    super(sink);
    this.#opening = opening;
    this.#log = host.log;
    const program = { file, args: ["acp"], cwd: opening.cwd };
    const frame = (frame: Fields): void => this.#frame(frame);
    const { ended } = sink;
    const agent = { name: "Hermes", notInstalled };
    this.#program = new JsonRpcProgram(host, program, agent, { frame, ended });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  protected async open(): Promise<void> {
    const ask = (method: string, params: object): Promise<Fields> =>
      this.#program.request(method, params, 60_000);
    await ask("initialize", { protocolVersion: 1, clientCapabilities: {} });
    const params = acpOpening(this.#opening, { mcpCapabilities: { http: true } });
    const { session: sessionId } = this;
    if (sessionId !== "") await ask("session/resume", { ...params, sessionId });
    else this.session = textOf((await ask("session/new", params))["sessionId"]);
  }

  protected prompt(text: string): Promise<void> {
    const prompt = [{ type: "text", text }, ...this.#images];
    this.#images = [];
    this.#hasSaid = false;
    this.#isPrompting = true;
    const asked = { sessionId: this.session, prompt };
    void this.#program.request("session/prompt", asked, patientMs).then(
      (answer) => this.#answered(answer),
      (error: unknown) => this.#answered({ error }),
    );
    return Promise.resolve();
  }

  protected async stop(): Promise<void> {
    await this.#program.notify("session/cancel", { sessionId: this.session });
  }

  protected override async other(method: string, params: HermesParams): Promise<Fields> {
    const { media_type: mimeType, content_base64: data, request_id: asked } = params;
    if (method === "image.attach_bytes") this.#images.push({ type: "image", mimeType, data });
    else if (method === "approval.respond") {
      const { id, options = [] } = this.#asked.get(textOf(asked)) ?? {};
      // Never one that would hold for later calls.
      const outcome = outcomeFor(options, params["choice"] === "once" ? "allow" : "reject");
      await this.#program.reply(id, { outcome });
    } else return super.other(method, params);
    return {};
  }

  #answered({ usage: told, stopReason, error }: Fields): void {
    this.#isPrompting = false;
    const { inputTokens, outputTokens, thoughtTokens, cachedReadTokens } = fieldsOf(told);
    const spent = { prompt: inputTokens, cache_read: cachedReadTokens };
    const usage = { ...spent, output: outputTokens, reasoning: thoughtTokens };
    if (error !== undefined) return this.over("error", messageOf(error), {});
    if (stopReason === "cancelled") return this.over("interrupted", "", usage);
    if (told !== undefined || this.#hasSaid) return this.over("complete", "", usage);
    // What its provider refuses, Hermes does not tell here.
    this.over("error", "Hermes gave no answer, and no reason: see `hermes logs`.", usage);
  }

  #frame({ id, method, params }: Fields): void {
    const { update, toolCall, options } = fieldsOf(params);
    // What was said before is told again when a session is resumed.
    if (method === "session/update" && !this.#isPrompting) return;
    if (method === "session/update") return this.#update(fieldsOf(update));
    if (method !== "session/request_permission") {
      return this.#log("debug", "Hermes: a request of unknown kind", params);
    }
    const {
      command,
      description,
      tool,
      arguments: args,
    } = fieldsOf(fieldsOf(toolCall)["rawInput"]);
    const request_id = String(id);
    this.#asked.set(request_id, { id, options: [...listOf(options)] });
    const edit = tool === undefined ? {} : { tool_name: tool, args };
    this.sink.event("approval.request", { request_id, command, description, ...edit });
  }

  #update(update: Fields): void {
    const { sessionUpdate, content, toolCallId: tool_id, title, status, kind } = update;
    const text = textOf(fieldsOf(content)["text"]);
    switch (sessionUpdate) {
      case "agent_message_chunk":
        this.#hasSaid = true;
        return this.sink.event("message.delta", { text });
      case "agent_thought_chunk":
        return this.sink.event("reasoning.delta", { text });
      case "plan":
        this.sink.event("tool.start", { tool_id: "plan", name: "todo", args: {} });
        const result = { todos: update["entries"] };
        return this.sink.event("tool.complete", { tool_id: "plan", result });
      case "session_info_update":
        return this.sink.event("session.info", { running: false, title });
      case "tool_call":
        // Of an edit more is told by the question about it, and of a list by the plan.
        if (kind === "edit" || /^todo\b/.test(textOf(title))) return;
        return this.sink.event("tool.start", { tool_id, ...callIn(textOf(title)) });
    }
    if (status !== "completed" && status !== "failed") return;
    this.sink.event("tool.complete", { tool_id, result: resultIn(content, status) });
  }
}

/** `terminal: COMMAND`, or the name of another tool and its arguments in words. */
function callIn(title: string): Fields {
  const [, name = "tool", words = ""] = /^([\w-]+):? ?(.*)$/s.exec(title) ?? [];
  return { name, args: name === "terminal" ? { command: words } : { about: words } };
}

/** A result in words, as it was written for people. */
function resultIn(content: unknown, status: string): Fields {
  const parts = listOf(content).map((part) => textOf(fieldsOf(part["content"])["text"]));
  const text = parts.join("\n");
  const [, code] = /^- \*\*exit_code:\*\* (\d+)$/m.exec(text) ?? [];
  const [, output = ""] = /^- \*\*output:\*\* ([\s\S]*?)(?:\n- \*\*\w+:\*\* |$)/m.exec(text) ?? [];
  if (code !== undefined) return { output, exit_code: Number(code) };
  return status === "failed" ? { error: text } : { content: text };
}
