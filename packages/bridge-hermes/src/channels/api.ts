import { messageOf, type BridgeHost } from "@fairlead/bridge-core";
import {
  fieldsOf,
  HttpClient,
  listOf,
  numberOf,
  serverEvents,
  textOf,
  unattended,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { notThisWay, type Channel, type ChannelSink, type Params } from "./channel.ts";

/** Where a running gateway of Hermes' is, and what gets one in. */
export interface ApiServer {
  readonly url: string;
  readonly key: string;
}

/** The client of a gateway. */
export function apiClient(host: BridgeHost, { url, key }: ApiServer): HttpClient {
  return new HttpClient(host, { agent: "Hermes", url, user: "", password: "", bearer: key });
}

/** A conversation with a running gateway: one run for each prompt. */
export class ApiChannel implements Channel {
  readonly #host: BridgeHost;
  readonly #http: HttpClient;
  readonly #sink: ChannelSink;
  readonly #lifetime = new AbortController();
  readonly #history: { role: string; content: string }[] = [];
  #session = "";
  #run: string | null = null;
  #calls = 0;
  #spent = { prompt: 0, output: 0 };

  constructor(host: BridgeHost, server: ApiServer, sink: ChannelSink) {
    this.#host = host;
    this.#http = apiClient(host, server);
    this.#sink = sink;
  }

  async request(method: string, params: Params): Promise<Fields> {
    switch (method) {
      case "session.create":
        return this.#named(`fairlead_${this.#host.secret().slice(0, 16)}`);
      case "session.resume": {
        const session = textOf(params["session_id"]);
        const { data } = await this.#http.ask(
          `/api/sessions/${encodeURIComponent(session)}/messages`,
        );
        for (const { role, content } of listOf(data)) {
          const isSaid = (role === "user" || role === "assistant") && textOf(content) !== "";
          if (isSaid) this.#history.push({ role, content: textOf(content) });
        }
        return this.#named(session);
      }
      case "prompt.submit": {
        const input = textOf(params["text"]);
        const body = { input, session_id: this.#session, conversation_history: this.#history };
        const { run_id } = await this.#http.post("/v1/runs", body);
        this.#run = textOf(run_id);
        this.#history.push({ role: "user", content: input });
        unattended(this.#follow(this.#run), this.#host.log);
        return {};
      }
      case "session.interrupt":
        if (this.#run !== null) await this.#http.reply(`/v1/runs/${this.#run}/stop`, {});
        return {};
      case "approval.respond":
        await this.#http.post(`/v1/runs/${this.#run ?? ""}/approval`, {
          choice: params["choice"] ?? "deny",
        });
        return {};
      default:
        throw notThisWay(method);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    if (this.#run !== null) await this.request("session.interrupt", {}).catch(() => {});
  }

  #named(session: string): Fields {
    this.#session = session;
    return { session_id: session, stored_session_id: session };
  }

  async #follow(run: string): Promise<void> {
    const { signal } = this.#lifetime;
    try {
      for await (const event of serverEvents(
        await this.#http.events(`/v1/runs/${run}/events`, signal),
      )) {
        this.#told(fieldsOf(event));
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#host.log("warn", `Hermes: events of ${run} are lost: ${messageOf(error)}`);
    }
    // A lost stream cannot be had again: the run goes on, and says how it ended.
    while (this.#run === run && !signal.aborted) {
      const told = await this.#http
        .ask(`/v1/runs/${run}`)
        .catch((error: unknown) => ({ status: "failed", error: messageOf(error) }));
      const status = textOf(fieldsOf(told)["status"]);
      if (/^(completed|failed|cancelled|interrupted)$/.test(status))
        this.#told({ ...told, event: `run.${status}` });
      else await this.#host.sleep(1000, { signal });
    }
  }

  #told(event: Fields): void {
    const { event: type, delta, tool, preview, error, output, usage } = event;
    switch (type) {
      case "message.delta":
        return this.#sink.event("message.delta", { text: delta });
      case "tool.started":
        this.#calls += 1;
        return this.#sink.event("tool.start", {
          tool_id: this.#call(),
          name: tool,
          args: { command: preview, preview },
        });
      case "tool.completed": {
        const failed = error === true;
        return this.#sink.event("tool.complete", {
          tool_id: this.#call(),
          result: failed ? { status: "error" } : {},
        });
      }
      case "approval.request":
        return this.#sink.event("approval.request", event);
      case "run.completed":
        this.#history.push({ role: "assistant", content: textOf(output) });
        return this.#over("complete", textOf(output), fieldsOf(usage));
      case "run.failed":
        return this.#over("error", textOf(error), {});
      case "run.cancelled":
      case "run.interrupted":
        return this.#over("interrupted", "", {});
      default:
        return;
    }
  }

  #call(): string {
    return `call-${this.#calls}`;
  }

  #over(status: string, text: string, { input_tokens, output_tokens }: Fields): void {
    if (this.#run === null) return;
    this.#run = null;
    this.#spent = {
      prompt: this.#spent.prompt + (numberOf(input_tokens) ?? 0),
      output: this.#spent.output + (numberOf(output_tokens) ?? 0),
    };
    this.#sink.event("message.complete", { status, text, usage: this.#spent });
    this.#sink.event("session.info", { running: false });
  }
}
