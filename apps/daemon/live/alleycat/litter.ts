import { setImmediate as turnOfLoop } from "node:timers/promises";
import type { PhoneConnection, PhoneStream } from "@fairlead/transport-alleycat/testing";
import { z } from "zod";

/** A line of the host. */
export interface Frame {
  readonly id?: string | number | undefined;
  readonly method?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly error?: { readonly message: string } | undefined;
  readonly _alleycat_seq?: number | undefined;
}

const Frame: z.ZodType<Frame> = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
  _alleycat_seq: z.number().optional(),
});

/** What the host said of the session. */
export interface Attached {
  readonly attached: "fresh" | "resumed" | "drift_reload";
  readonly current_seq: number;
  readonly floor_seq: number;
}

const Accepted: z.ZodType<{ readonly ok: true; readonly session: Attached }> = z.object({
  ok: z.literal(true),
  session: z.object({
    attached: z.enum(["fresh", "resumed", "drift_reload"]),
    current_seq: z.number(),
    floor_seq: z.number(),
  }),
});

/** What to connect to. */
export interface LitterOptions {
  readonly token: string;
  readonly agent?: string;
  readonly lastSeq?: number;
}

/** The app's half of one stream, as litter keeps it: one reader, a log, ids that start at 1. */
export class Litter {
  readonly session: Attached;
  /** All that came, in order. */
  readonly frames: Frame[] = [];
  readonly #stream: PhoneStream;
  #lastId = 0;
  #hasEnded = false;
  #wake: (() => void)[] = [];

  private constructor(stream: PhoneStream, session: Attached) {
    this.#stream = stream;
    this.session = session;
    void this.#read();
  }

  /** Connects on a stream of its own. Rejects with the error of the host. */
  static async connect(connection: PhoneConnection, options: LitterOptions): Promise<Litter> {
    const { token, agent = "demo", lastSeq } = options;
    const resume = lastSeq === undefined ? {} : { resume: { last_seq: lastSeq } };
    const stream = await connection.stream();
    await stream.writeFrame(JSON.stringify({ op: "connect", v: 1, token, agent, ...resume }));
    const response = await stream.readFrame();
    const accepted = Accepted.safeParse(response);
    if (!accepted.success) throw new Error(JSON.stringify(response));
    return new Litter(stream, accepted.data.session);
  }

  /** {@link connect}, and says hello as litter does: with a string for its id. */
  static async open(connection: PhoneConnection, options: LitterOptions): Promise<Litter> {
    const app = await Litter.connect(connection, options);
    const clientInfo = { name: "Litter", version: "1.0" };
    const params = { clientInfo, capabilities: { experimentalApi: true } };
    await app.send({ id: "initialize", method: "initialize", params });
    await app.waitFor(({ id }) => id === "initialize");
    await app.send({ method: "initialized" });
    return app;
  }

  /** The last number it has seen; that of the session before it has seen one. */
  get lastSeq(): number {
    return this.seqs.reduce((most, seq) => Math.max(most, seq), this.session.current_seq);
  }

  /** The numbers of all that came. */
  get seqs(): readonly number[] {
    return this.frames.flatMap(({ _alleycat_seq: seq }) => (seq === undefined ? [] : [seq]));
  }

  /** Resolves when the host has ended the stream. */
  async ended(): Promise<void> {
    while (!this.#hasEnded) await this.#more();
  }

  send(frame: object): Promise<void> {
    return this.#stream.send(frame);
  }

  /** Resolves with the result. Rejects with the error's message. */
  async request(method: string, params: object, id: number = this.#nextId()): Promise<Frame> {
    await this.send({ id, method, params });
    const answer = await this.waitFor((frame) => frame.id === id && frame.method === undefined);
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }

  /** The first frame that fits, come or to come. Rejects when the stream ends before. */
  async waitFor(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (let next = 0; ; next += 1) {
      while (next >= this.frames.length) {
        if (this.#hasEnded) throw new Error(`the stream ended after ${this.frames.length} frames`);
        await this.#more();
      }
      const frame = this.frames[next];
      if (frame !== undefined && fits(frame)) return frame;
    }
  }

  /** Starts a thread that asks before every effect; resolves with its id. */
  async startThread(cwd: string): Promise<string> {
    const answer = await this.request("thread/start", { cwd, approvalPolicy: "on-request" });
    return z.looseObject({ thread: z.looseObject({ id: z.string() }) }).parse(answer.result).thread
      .id;
  }

  /** Starts a turn with a text. */
  startTurn(threadId: string, text: string): Promise<Frame> {
    return this.request("turn/start", { threadId, input: [{ type: "text", text }] });
  }

  /** Waits until it is asked for approval of a command. */
  asked(): Promise<Frame> {
    return this.waitFor(({ method }) => method === "item/commandExecution/requestApproval");
  }

  /** Waits for the end of a turn of a thread; resolves with its status. */
  async turnEnd(threadId: string): Promise<string> {
    const { params } = await this.waitFor(
      (frame) => frame.method === "turn/completed" && frame.params?.["threadId"] === threadId,
    );
    return z.looseObject({ turn: z.looseObject({ status: z.string() }) }).parse(params).turn.status;
  }

  /** The text of the agent as its deltas told it. */
  get said(): string {
    return this.frames
      .filter(({ method }) => method === "item/agentMessage/delta")
      .map(({ params }) => String(params?.["delta"]))
      .join("");
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  async #read(): Promise<void> {
    for (;;) {
      const line = await this.#stream.readLine();
      if (line === null) break;
      this.frames.push(Frame.parse(line));
      for (const wake of this.#wake.splice(0)) wake();
      await turnOfLoop();
    }
    this.#hasEnded = true;
    for (const wake of this.#wake.splice(0)) wake();
  }
}
