import { type FrameTransport, memoryPair, type SessionNotice } from "@fairlead/bridge-core";
import { assertNoViolations, createLawChecker } from "@fairlead/conformance/laws";
import { localOperator, type Principal } from "../../src/devices/principal.ts";
import type { Gateway } from "../../src/gateway/types.ts";
import { Mailbox } from "../../../../packages/bridge-core/test/support/mailbox.ts";

/** A frame as it came. */
export type Frame = Readonly<Record<string, unknown>>;

/** What a {@link Phone} is. */
export interface PhoneOptions {
  readonly endpoint: string | null;
  readonly principal?: Principal;
  /** Name of the client; absent = it asks for no session. */
  readonly name?: string;
  readonly clientInfo?: Frame;
}

/** A client that comes and goes. The laws of the wire hold for its whole stream. */
export class Phone {
  readonly frames: Mailbox<Frame> = new Mailbox();
  readonly laws: ReturnType<typeof createLawChecker> = createLawChecker();
  readonly #gateway: Gateway;
  readonly #options: PhoneOptions;
  #transport: FrameTransport | null = null;
  #far: FrameTransport | null = null;
  #nextId = 1;
  cursor: number | null = null;
  /** How its last connection ended. */
  lastClose: Promise<string> = Promise.resolve("");

  constructor(gateway: Gateway, options: PhoneOptions) {
    this.#gateway = gateway;
    this.#options = options;
  }

  /** A client whose handshake is over. */
  static async begin(gateway: Gateway, options: PhoneOptions): Promise<Phone> {
    const phone = new Phone(gateway, options);
    phone.connect();
    await phone.initialize();
    return phone;
  }

  connect(cursor: number | null = this.cursor): SessionNotice | null {
    const { endpoint, name, principal = localOperator } = this.#options;
    const session = name === undefined ? null : { name, cursor };
    const opened = this.#gateway.open(principal, { endpoint, session });
    if ("refusal" in opened) throw new Error(opened.refusal);
    const [near, far] = memoryPair();
    this.#transport = near;
    this.#far = far;
    if (opened.session?.attached === "resumed") this.laws.reattach();
    else this.laws.disconnect();
    this.cursor = opened.session?.seq ?? null;
    this.lastClose = new Promise((resolve) => {
      near.start({
        onFrame: (text) => this.#receive(near, text),
        onClose: ({ code, reason }) => resolve(`${String(code)} ${reason}`),
      });
    });
    opened.take(far);
    return opened.session;
  }

  /** The connection is lost, with what is under way. */
  drop(): void {
    const transport = this.#transport;
    this.#transport = null;
    transport?.close();
  }

  /** True: reads nothing until it is false again. */
  hold(isHeld: boolean): void {
    this.#transport?.hold?.(isHeld);
  }

  /** What it was sent and has not read. */
  get waitingBytes(): number {
    return this.#far?.bufferedBytes ?? 0;
  }

  initialize(id: string | number = "initialize"): Promise<Frame> {
    const clientInfo = this.#options.clientInfo ?? { name: "test", title: null, version: "1" };
    const capabilities = { experimentalApi: true, requestAttestation: false };
    this.sendFrame({ id, method: "initialize", params: { clientInfo, capabilities } });
    return this.answerTo(id);
  }

  /** Sends a request and forgets it. Returns its id. */
  send(method: string, params: unknown, id: number = this.#nextId): number {
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.sendFrame({ id, method, params });
    return id;
  }

  sendFrame(frame: Frame): void {
    this.laws.send(frame);
    this.#transport?.send(JSON.stringify(frame));
  }

  /** The result of a request; rejects with the message of an error. */
  request(method: string, params: unknown): Promise<Frame> {
    return this.answerTo(this.send(method, params));
  }

  async answerTo(id: string | number): Promise<Frame> {
    const frame = await this.frames.find((one) => one["id"] === id && one["method"] === undefined);
    const { error } = frame;
    if (error !== undefined) throw new Error(String(frameOf(error)["message"]));
    return frameOf(frame["result"]);
  }

  /** The next notification or server request of a method. */
  heard(method: string): Promise<Frame> {
    return this.frames.find((one) => one["method"] === method);
  }

  /** The frames of a method so far. */
  all(method: string): readonly Frame[] {
    return this.frames.all.filter((one) => one["method"] === method);
  }

  async startThread(): Promise<string> {
    const { thread } = await this.request("thread/start", {});
    return String(frameOf(thread)["id"]);
  }

  /** The laws held, and what was promised has come. */
  check(): void {
    assertNoViolations(this.laws.finish());
  }

  #receive(from: FrameTransport, text: string): void {
    if (from !== this.#transport) return;
    const frame = frameOf(JSON.parse(text));
    const seq = frame["_alleycat_seq"];
    if (this.#options.name === undefined) {
      if (seq !== undefined) throw new Error(`a frame has a number: ${text}`);
    } else if (typeof seq !== "number") throw new Error(`a frame has no number: ${text}`);
    else {
      if (this.cursor !== null && seq <= this.cursor) throw new Error(`${seq} came late`);
      this.cursor = seq;
    }
    this.laws.receive(frame);
    this.frames.put(frame);
  }
}

/** The members of a JSON object; none of anything else. */
export function frameOf(value: unknown): Frame {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** `turn/start` with a text. */
export function prompt(threadId: string, text: string): Frame {
  return { threadId, input: [{ type: "text", text, text_elements: [] }] };
}
