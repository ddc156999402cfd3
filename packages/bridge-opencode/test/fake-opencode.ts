import type {
  AgentThread,
  BridgeAdapter,
  OpenThread,
  Settings,
  ThreadOp,
} from "@fairlead/bridge-core";
import type { Fields } from "@fairlead/bridge-core/parts";
import { fakeHost, type FakeHost, type FakeProcess } from "@fairlead/bridge-core/testing";
import openCode from "../src/index.ts";

export const folder = "/home/user/project";
const threadId = "00000000-0000-7000-8000-00000000aaaa";
export const turnId = "00000000-0000-7000-8000-00000000bbbb";
export const session = "ses_1";
export const signal: AbortSignal = new AbortController().signal;
export const settings: Settings = {
  model: null,
  effort: null,
  mode: "default",
  approvals: "ask",
  sandbox: "workspace-write",
};
export const permissive: Settings = {
  ...settings,
  approvals: "auto",
  sandbox: "danger-full-access",
};

/** Rules as the real `build` has them, behind them the one that our servers add. */
export const asks = { permission: "**", pattern: "**", action: "ask" };
export const allow = { permission: "*", pattern: "*", action: "allow" };
const build: Fields = { name: "build", mode: "primary", permission: [allow, asks] };

/** A request that reached the server; `path` is without the query. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly directory: string | null;
  readonly body: unknown;
}

/** An OpenCode that the test plays: processes that listen at once, and one server for all of them. */
export class FakeOpenCode {
  readonly host: FakeHost;
  readonly bridge: BridgeAdapter;
  readonly seen: Seen[] = [];
  /** Answers by `METHOD /path`; others are answered `{}`, lists `[]`. */
  readonly answers: Record<string, unknown> = {
    "GET /agent": [build],
    "GET /config/providers": { providers: [], default: {} },
    "POST /session": { id: session },
    [`GET /session/${session}`]: { id: session },
  };
  /** What a process does when it starts. Default: it listens. */
  onSpawn: (process: FakeProcess) => void = (process) =>
    process.emitText("opencode server listening on http://127.0.0.1:4242");
  /** Called before a request is answered: throws what `fetch` would. */
  before: (seen: Seen) => void = () => {};
  #streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  #waiting: { readonly wanted: string; readonly found: (seen: Seen) => void }[] = [];
  #taken = 0;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.host = fakeHost({
      environment: { HOME: "/home/user", PATH: "/usr/bin", ...environment },
      fetch: async (url, init) =>
        this.#fetch(new URL(url instanceof Request ? url.url : url), init ?? {}),
      onSpawn: (process) => this.onSpawn(process),
    });
    this.bridge = openCode(this.host);
  }

  /** Opens a thread; the ops it makes come from `next`. */
  async open(spec: Partial<OpenThread> = {}): Promise<OpenedThread> {
    const base = {
      threadId,
      cwd: folder,
      settings,
      instructions: null,
      mcpServers: [],
      from: null,
    };
    return new OpenedThread(await this.bridge.openThread({ ...base, ...spec }, { signal }));
  }

  /** Tells an event, as both protocols do. */
  tell(type: string, properties: Fields): void {
    const payload = { id: "evt_1", type, properties };
    this.frame({ directory: folder, payload });
    this.frame({ directory: folder, payload: { ...payload, type: "sync" } });
  }

  frame(frame: object): void {
    const data = new TextEncoder().encode(`data: ${JSON.stringify(frame)}\n\n`);
    for (const stream of this.#streams) stream.enqueue(data);
  }

  /** Cuts the connection of the events. */
  cut(): void {
    for (const stream of this.#streams.splice(0)) stream.error(new Error("cut"));
  }

  /** The next request `METHOD /path` that nobody has waited for yet. */
  async request(wanted: string): Promise<Seen> {
    for (; this.#taken < this.seen.length; this.#taken += 1) {
      const seen = this.seen[this.#taken];
      if (seen === undefined || `${seen.method} ${seen.path}` !== wanted) continue;
      this.#taken += 1;
      return seen;
    }
    return new Promise((found) => this.#waiting.push({ wanted, found }));
  }

  /** How often a request has come so far. */
  count(wanted: string): number {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === wanted).length;
  }

  async #fetch(url: URL, { method = "GET", body, signal: until }: RequestInit): Promise<Response> {
    const json: unknown = typeof body === "string" ? JSON.parse(body) : null;
    const directory = url.searchParams.get("directory");
    const seen: Seen = { method, path: url.pathname, directory, body: json };
    this.before(seen);
    if (url.pathname === "/global/event") return this.#events(until ?? null);
    this.seen.push(seen);
    const wanted = `${method} ${url.pathname}`;
    const at = this.#waiting.findIndex((each) => each.wanted === wanted);
    const [waiting] = at === -1 ? [] : this.#waiting.splice(at, 1);
    if (waiting !== undefined) this.#taken = this.seen.length;
    waiting?.found(seen);
    const answer = this.answers[wanted] ?? {};
    if (answer instanceof Response) return answer.clone();
    return Response.json(answer);
  }

  #events(until: AbortSignal | null): Response {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#streams.push(controller);
        until?.addEventListener("abort", () => {
          if (!this.#streams.includes(controller)) return;
          this.#streams = this.#streams.filter((each) => each !== controller);
          controller.error(until.reason);
        });
        const connected = { payload: { type: "server.connected", properties: {} } };
        controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(connected)}\n\n`));
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }
}

/** A thread and its ops, one after the other. */
export class OpenedThread {
  readonly thread: AgentThread;
  readonly #ops: AsyncIterator<ThreadOp>;

  constructor(thread: AgentThread) {
    this.thread = thread;
    this.#ops = thread.ops[Symbol.asyncIterator]();
  }

  /** The next op of this kind. */
  async next<K extends ThreadOp["op"]>(kind: K): Promise<Extract<ThreadOp, { op: K }>> {
    for (;;) {
      const { value, done } = await this.#ops.next();
      if (done === true) throw new Error("the ops have ended");
      if (isOf(value, kind)) return value;
    }
  }

  /** Hands over a turn of one text. */
  async prompt(text: string, change: Partial<Settings> = {}, id: string = turnId): Promise<void> {
    const input = [{ type: "text" as const, text, text_elements: [] }];
    const turn = { id, input, settings: { ...settings, ...change }, outputSchema: null };
    await this.thread.prompt(turn);
  }
}

function isOf<K extends ThreadOp["op"]>(op: ThreadOp, kind: K): op is Extract<ThreadOp, { op: K }> {
  return op.op === kind;
}
