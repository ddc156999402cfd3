import {
  BridgeError,
  type BridgeHost,
  type McpServer,
  type OpenThread,
} from "@fairlead/bridge-core";
import {
  AgentProgram,
  fieldsOf,
  listOf,
  textOf,
  type Fields,
  type ProgramProtocol,
} from "@fairlead/bridge-core/parts";
import { notInstalled } from "../install.ts";
import { notThisWay, patientMs, type Channel, type ChannelSink, type Params } from "./channel.ts";

/** `hermes acp`. */
export class AcpChannel implements Channel {
  readonly #program: AgentProgram;
  readonly #spec: OpenThread;
  readonly #sink: ChannelSink;
  /** Options of the permissions that are asked for, by the ids of the requests. */
  readonly #options = new Map<
    string,
    { readonly id: unknown; readonly offered: readonly Fields[] }
  >();
  readonly #log: BridgeHost["log"];
  #images: Fields[] = [];
  #hasSaid = false;
  #isPrompting = false;

  constructor(host: BridgeHost, file: string, spec: OpenThread, sink: ChannelSink) {
    const ended = sink.ended;
    const frame = (frame: Fields): void => this.#frame(frame);
    this.#spec = spec;
    this.#sink = sink;
    this.#log = host.log;
    this.#program = new AgentProgram(host, { file, args: ["acp"], cwd: spec.cwd }, acp, {
      frame,
      ended,
    });
  }

  async request(method: string, params: Params): Promise<Fields> {
    const sessionId = params["session_id"] ?? "";
    switch (method) {
      case "session.create":
        return this.#open("session/new", {});
      case "session.resume":
        return this.#open("session/resume", { sessionId });
      case "image.attach_bytes":
        this.#images.push({
          type: "image",
          mimeType: params["media_type"],
          data: params["content_base64"],
        });
        return {};
      case "prompt.submit":
        void this.#prompt(textOf(sessionId), textOf(params["text"]));
        return {};
      case "session.interrupt":
        await this.#program.send({
          jsonrpc: "2.0",
          method: "session/cancel",
          params: { sessionId },
        });
        return {};
      case "approval.respond": {
        const { id, offered = [] } = this.#options.get(textOf(params["request_id"])) ?? {};
        // Never one that would hold for later calls.
        const kind = params["choice"] === "once" ? "allow_once" : "reject_once";
        const option = offered.find((each) => each["kind"] === kind);
        const outcome =
          option === undefined
            ? { outcome: "cancelled" }
            : { outcome: "selected", optionId: option["optionId"] };
        await this.#program.send({ jsonrpc: "2.0", id, result: { outcome } });
        return {};
      }
      default:
        throw notThisWay(method);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  #ask(method: string, params: object, timeoutMs: number): Promise<Fields> {
    return this.#program.ask((id) => ({ jsonrpc: "2.0", id, method, params }), timeoutMs);
  }

  async #open(method: string, more: object): Promise<Fields> {
    const { cwd, mcpServers: servers } = this.#spec;
    await this.#ask("initialize", { protocolVersion: 1, clientCapabilities: {} }, 60_000);
    const opened = await this.#ask(
      method,
      { cwd, mcpServers: servers.map(serverOf), ...more },
      60_000,
    );
    const id = textOf(opened["sessionId"]) || textOf(fieldsOf(more)["sessionId"]);
    return { session_id: id, stored_session_id: id };
  }

  async #prompt(sessionId: string, text: string): Promise<void> {
    const prompt = [{ type: "text", text }, ...this.#images];
    this.#images = [];
    this.#hasSaid = false;
    this.#isPrompting = true;
    try {
      const answer = await this.#ask("session/prompt", { sessionId, prompt }, patientMs);
      const { usage: told, stopReason } = answer;
      const {
        inputTokens: prompt_,
        outputTokens: output,
        thoughtTokens,
        cachedReadTokens,
      } = fieldsOf(told);
      const usage = {
        prompt: prompt_,
        output,
        reasoning: thoughtTokens,
        cache_read: cachedReadTokens,
      };
      // What its provider refuses, Hermes does not tell here.
      const isEmpty = told === undefined && !this.#hasSaid;
      const ended = stopReason === "cancelled" ? "interrupted" : isEmpty ? "error" : "complete";
      const words = isEmpty ? "Hermes gave no answer, and no reason: see `hermes logs`." : "";
      this.#sink.event("message.complete", { status: ended, text: words, usage });
    } catch (error) {
      this.#sink.event("error", { message: String(error) });
    }
    this.#isPrompting = false;
    this.#sink.event("session.info", { running: false });
  }

  #frame({ id, method, params }: Fields): void {
    const { update, toolCall, options } = fieldsOf(params);
    if (method === "session/update") return this.#update(fieldsOf(update));
    if (method !== "session/request_permission") {
      return this.#log("debug", "Hermes: a request of unknown kind", params);
    }
    const { rawInput } = fieldsOf(toolCall);
    const { command, description, tool, arguments: args } = fieldsOf(rawInput);
    const request_id = String(id);
    this.#options.set(request_id, { id, offered: listOf(options) });
    const edit = tool === undefined ? {} : { tool_name: tool, args };
    this.#sink.event("approval.request", { request_id, command, description, ...edit });
  }

  #update(update: Fields): void {
    // What was said before is told again when a session is resumed.
    if (!this.#isPrompting) return;
    const { sessionUpdate: kind, content, toolCallId: tool_id, title, status, entries } = update;
    const text = textOf(fieldsOf(content)["text"]);
    this.#hasSaid ||= kind === "agent_message_chunk";
    const [, type] = /^agent_(message|thought)_chunk$/.exec(textOf(kind)) ?? [];
    if (type !== undefined) {
      return this.#sink.event(type === "message" ? "message.delta" : "reasoning.delta", { text });
    }
    if (kind === "plan") {
      this.#sink.event("tool.start", { tool_id: "plan", name: "todo", args: {} });
      return this.#sink.event("tool.complete", { tool_id: "plan", result: { todos: entries } });
    }
    // Of an edit more is told by the question about it, and of a list by the plan.
    const isTold = update["kind"] === "edit" || /^todo\b/.test(textOf(title));
    if (kind === "tool_call" && !isTold) {
      return this.#sink.event("tool.start", { tool_id, ...callIn(update) });
    }
    const isOver = status === "completed" || status === "failed";
    if (isOver) this.#sink.event("tool.complete", { tool_id, result: resultIn(content, status) });
    else if (kind === "session_info_update")
      this.#sink.event("session.info", { running: false, title });
  }
}

function serverOf(server: McpServer): Fields {
  const pairs = (values: Readonly<Record<string, string>>): Fields[] =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  return "url" in server
    ? { ...server, type: "http", headers: pairs(server.headers) }
    : { ...server, env: pairs(server.env) };
}

/** `terminal: COMMAND`, or the name of another tool and its arguments in words. */
function callIn({ title }: Fields): Fields {
  const [, name = "tool", words = ""] = /^([\w-]+):? ?(.*)$/s.exec(textOf(title)) ?? [];
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

const acp: ProgramProtocol = {
  name: "Hermes",
  notInstalled,
  answerIn({ id, method, result, error }) {
    if (typeof id !== "string" || method !== undefined) return null;
    const words = textOf(fieldsOf(error)["message"]);
    const answer =
      error === undefined
        ? fieldsOf(result)
        : new BridgeError("bad-request", `Hermes refused: ${words}`);
    return { id, answer };
  },
  failureIn: () => null,
};
