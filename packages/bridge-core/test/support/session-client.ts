import { assertNoViolations, createLawChecker } from "@fairlead/conformance/laws";
import { sequenceKey } from "@fairlead/codex-proto";
import type { FrameTransport } from "../../src/rpc/transport.ts";
import type { AgentServer } from "../../src/server/agent-server.ts";
import type { SessionNotice } from "../../src/session/session-notice.ts";
import { memoryPair } from "../../src/transport/memory.ts";
import { Mailbox } from "./mailbox.ts";

/** A frame as it came. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a connection is to be. */
export interface ConnectOptions {
  /** Default: the last number seen. */
  readonly cursor?: number | null;
  /** It is connected and never reads. */
  readonly stalls?: boolean;
}

/** A client that comes and goes. The laws hold for its whole stream. */
export class SessionClient {
  readonly frames: Mailbox<Fields> = new Mailbox();
  readonly laws: ReturnType<typeof createLawChecker> = createLawChecker({ errorCodes: true });
  readonly #server: AgentServer;
  readonly #device: string;
  #transport: FrameTransport | null = null;
  #start: (() => void) | null = null;
  #nextId = 1;
  cursor: number | null = null;
  /** How its last connection ended. */
  lastClose: Promise<string> = Promise.resolve("");

  constructor(server: AgentServer, device = "phone") {
    this.#server = server;
    this.#device = device;
  }

  /** A client whose handshake is over. */
  static async begin(server: AgentServer, device?: string): Promise<SessionClient> {
    const client = new SessionClient(server, device);
    client.connect();
    await client.initialize();
    return client;
  }

  connect({ cursor = this.cursor, stalls = false }: ConnectOptions = {}): SessionNotice {
    const [near, far] = memoryPair();
    this.#transport = near;
    const session = { device: this.#device, cursor };
    const { session: notice } = this.#server.attach(far, { session });
    if (notice === null) throw new Error("a session was asked for");
    if (notice.attached === "resumed") this.laws.reattach();
    else this.laws.disconnect();
    this.cursor = notice.seq;
    this.lastClose = new Promise((resolve) => {
      this.#start = () =>
        near.start({
          onFrame: (text) => this.#receive(near, text),
          onClose: ({ code, reason }) => resolve(`${String(code)} ${reason}`),
        });
    });
    if (!stalls) this.read();
    return notice;
  }

  /** Begins to read over a connection that stalled. */
  read(): void {
    this.#start?.();
    this.#start = null;
  }

  /** The connection is lost, with what is under way. */
  drop(): void {
    const transport = this.#transport;
    this.#transport = null;
    transport?.close();
  }

  initialize(): Promise<Fields> {
    const clientInfo = { name: "test", title: null, version: "1" };
    const capabilities = { experimentalApi: true, requestAttestation: false };
    return this.request("initialize", { clientInfo, capabilities });
  }

  /** Sends a request and forgets it. Returns its id. */
  send(method: string, params: unknown, id: number = this.#nextId): number {
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.sendFrame({ id, method, params });
    return id;
  }

  sendFrame(frame: Fields): void {
    this.laws.send(frame);
    this.#transport?.send(JSON.stringify(frame));
  }

  async request(method: string, params: unknown): Promise<Fields> {
    return this.answerTo(this.send(method, params));
  }

  /** The response to a request, as its result or its error. */
  async answerTo(id: number): Promise<Fields> {
    const frame = await this.frames.find((one) => one["id"] === id && one["method"] === undefined);
    return fieldsOf(frame["result"] ?? frame["error"]);
  }

  /** The next notification or server request of a method. */
  async heard(method: string): Promise<Fields> {
    return this.frames.find((one) => one["method"] === method);
  }

  async startThread(cwd: string): Promise<string> {
    const { thread } = await this.request("thread/start", { cwd });
    return String(fieldsOf(thread)["id"]);
  }

  /** The frames of a method so far. */
  all(method: string): readonly Fields[] {
    return this.frames.all.filter((one) => one["method"] === method);
  }

  check(): void {
    assertNoViolations(this.laws.finish());
  }

  #receive(from: FrameTransport, text: string): void {
    if (from !== this.#transport) return;
    const frame = fieldsOf(JSON.parse(text));
    const seq = frame[sequenceKey];
    if (typeof seq !== "number") throw new Error(`a frame of a session has no number: ${text}`);
    if (this.cursor !== null && seq <= this.cursor) throw new Error(`${seq} after ${this.cursor}`);
    this.cursor = seq;
    this.laws.receive(frame);
    this.frames.put(frame);
  }
}

/** The fields of a JSON object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** `turn/start` with a text. */
export function turnParams(threadId: string, text: string): Fields {
  return { threadId, input: [{ type: "text", text, text_elements: [] }] };
}
