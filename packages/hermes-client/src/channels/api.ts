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
import { OtherWay, type HermesSink, type HermesParams } from "./channel.ts";

/** Where a running gateway of Hermes' is, and what gets one in. */
export interface ApiServer {
  readonly url: string;
  readonly key: string;
}

/** The client of a gateway. */
export function apiClient(host: BridgeHost, { url, key }: ApiServer): HttpClient {
  return new HttpClient(host, { agent: "Hermes", url, user: "", password: "", bearer: key });
}

/** How a run ends, and what that is called here. */
const ends: Readonly<Record<string, string>> = {
  "run.completed": "complete",
  "run.failed": "error",
  "run.cancelled": "interrupted",
  "run.interrupted": "interrupted",
};

/** A conversation with a running gateway: one run for each prompt. */
export class ApiChannel extends OtherWay {
  readonly #host: BridgeHost;
  readonly #http: HttpClient;
  readonly #lifetime = new AbortController();
  readonly #history: { role: string; content: string }[] = [];
  #run: string | null = null;
  #calls = 0;
  /** How often Hermes asked; and which question of these waits. */
  #asked = 0;
  #waiting: string | null = null;
  #spent = { prompt: 0, output: 0 };

  constructor(host: BridgeHost, server: ApiServer, sink: HermesSink) {
    super(sink);
    this.#host = host;
    this.#http = apiClient(host, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    await this.stop().catch(() => {});
  }

  protected async open(): Promise<void> {
    if (this.session === "") {
      this.session = `fairlead_${this.#host.secret().slice(0, 16)}`;
      return;
    }
    const path = `/api/sessions/${encodeURIComponent(this.session)}/messages`;
    for (const { role, content: told } of listOf((await this.#http.ask(path))["data"])) {
      const content = textOf(told);
      const isSaid = (role === "user" || role === "assistant") && content !== "";
      if (isSaid) this.#history.push({ role, content });
    }
  }

  protected async prompt(input: string): Promise<void> {
    const body = { input, session_id: this.session, conversation_history: this.#history };
    this.#run = textOf((await this.#http.post("/v1/runs", body))["run_id"]);
    this.#history.push({ role: "user", content: input });
    unattended(this.#follow(this.#run), this.#host.log);
  }

  protected async stop(): Promise<void> {
    if (this.#run !== null) await this.#http.reply(`/v1/runs/${this.#run}/stop`, {});
  }

  protected override async other(method: string, params: HermesParams): Promise<Fields> {
    if (method !== "approval.respond") return super.other(method, params);
    const { choice = "deny", request_id } = params;
    // Answers bear no name, and go to what has waited longest: one that comes late allows nothing.
    if (request_id !== this.#waiting) return this.#refuse();
    this.#waiting = null;
    return this.#http.post(`/v1/runs/${this.#run ?? ""}/approval`, { choice });
  }

  /** Two questions at once cannot be told apart by their answers: nothing of it happens. */
  #ask(event: Fields): void {
    if (this.#waiting !== null) return unattended(this.#refuse(), this.#host.log);
    this.#asked += 1;
    this.#waiting = String(this.#asked);
    this.sink.event("approval.request", { ...event, request_id: this.#waiting });
  }

  async #refuse(): Promise<Fields> {
    this.#waiting = null;
    return this.#http.post(`/v1/runs/${this.#run ?? ""}/approval`, { choice: "deny", all: true });
  }

  async #follow(run: string): Promise<void> {
    const { signal } = this.#lifetime;
    try {
      const events = await this.#http.events(`/v1/runs/${run}/events`, signal);
      for await (const event of serverEvents(events)) this.#told(fieldsOf(event));
    } catch (error) {
      if (signal.aborted) return;
      this.#host.log("warn", `Hermes: events of ${run} are lost: ${messageOf(error)}`);
    }
    // A lost stream cannot be had again: the run goes on, and says how it ended.
    while (this.#run === run && !signal.aborted) {
      const told = await this.#http
        .ask(`/v1/runs/${run}`)
        .catch((error: unknown): Fields => ({ status: "failed", error: messageOf(error) }));
      // What it asks meanwhile nobody hears.
      const isUnheard = told["status"] === "waiting_for_approval" && this.#waiting === null;
      if (isUnheard) unattended(this.#refuse(), this.#host.log);
      const event = `run.${textOf(told["status"])}`;
      if (event in ends) this.#told({ ...told, event });
      else await this.#host.sleep(1000, { signal });
    }
  }

  #told(event: Fields): void {
    const { event: type, delta, tool: name, preview, error } = event;
    switch (type) {
      case "message.delta":
        return this.sink.event(type, { text: delta });
      case "tool.started": {
        this.#calls += 1;
        const args = { command: preview, preview };
        return this.sink.event("tool.start", { tool_id: `call-${this.#calls}`, name, args });
      }
      case "tool.completed": {
        this.#waiting = null;
        const result = error === true ? { status: "error" } : {};
        return this.sink.event("tool.complete", { tool_id: `call-${this.#calls}`, result });
      }
      case "approval.request":
        return this.#ask(event);
      default:
        return this.#ended(ends[textOf(type)], event);
    }
  }

  #ended(status: string | undefined, { output, error, usage }: Fields): void {
    if (status === undefined || this.#run === null) return;
    this.#run = null;
    this.#waiting = null;
    const content = textOf(output);
    if (status === "complete") this.#history.push({ role: "assistant", content });
    const { input_tokens, output_tokens } = fieldsOf(usage);
    this.#spent.prompt += numberOf(input_tokens) ?? 0;
    this.#spent.output += numberOf(output_tokens) ?? 0;
    this.over(status, status === "error" ? textOf(error) : content, this.#spent);
  }
}
