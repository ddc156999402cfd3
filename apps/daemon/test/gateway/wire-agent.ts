import { type FrameTransport, memoryPair } from "@fairlead/bridge-core";
import type { AgentEntry } from "../../src/agents/agent-entry.ts";
import { Mailbox } from "../../../../packages/bridge-core/test/support/mailbox.ts";
import { type Frame, frameOf } from "./phone.ts";

/** One connection to a {@link WireAgent}, seen from its side. */
export class WireLine {
  readonly received: Mailbox<Frame> = new Mailbox();
  /** How the connection ended. */
  readonly ends: Mailbox<string> = new Mailbox();
  readonly #transport: FrameTransport;

  constructor(transport: FrameTransport) {
    this.#transport = transport;
    transport.start({
      onFrame: (text) => {
        const frame = frameOf(JSON.parse(text));
        this.received.put(frame);
        if (frame["method"] === "initialize") this.send({ id: frame["id"], result: {} });
      },
      onClose: ({ reason }) => this.ends.put(reason),
    });
  }

  send(frame: Frame): void {
    this.#transport.send(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.#transport.send(text);
  }

  /** The next request of a method. */
  asked(method: string): Promise<Frame> {
    return this.received.find((frame) => frame["method"] === method);
  }

  /** Answers the next request of a method. Returns its params. */
  async answer(method: string, result: unknown): Promise<Frame> {
    const { id, params } = await this.asked(method);
    this.send({ id, result });
    return frameOf(params);
  }

  async fail(method: string, message: string): Promise<void> {
    const { id } = await this.asked(method);
    this.send({ error: { code: -32_600, message }, id });
  }

  /** It crashes. */
  die(reason = "codex crashed"): void {
    this.#transport.close(1006, reason);
  }
}

/** An agent whose every frame is the test's, as codex itself would write them. */
export class WireAgent implements AgentEntry {
  readonly name: string;
  readonly displayName = "Codex";
  readonly aliases: readonly string[] = [];
  readonly threadPermissions = true;
  readonly lines: Mailbox<WireLine> = new Mailbox();
  refusal: string | null = null;

  constructor(name = "codex") {
    this.name = name;
  }

  async status(): ReturnType<AgentEntry["status"]> {
    return { available: true, version: "1" };
  }

  async program(): Promise<string | null> {
    return null;
  }

  async connect(): ReturnType<AgentEntry["connect"]> {
    if (this.refusal !== null) throw new Error(this.refusal);
    const [near, far] = memoryPair();
    this.lines.put(new WireLine(far));
    return near;
  }

  async restart(): Promise<void> {
    this.lines.all.at(-1)?.die("it was restarted");
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
