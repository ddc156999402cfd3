import type { OperatorPolicy } from "@fairlead/bridge-core";
import { type FrameTransport, memoryPair } from "@fairlead/bridge-core/peer";
import { limitedTransport } from "../../src/codex/ceiling/limited-transport.ts";

/** A frame, read. */
export type Frame = Readonly<Record<string, unknown>>;

/** What codex answers to a request, and what it tells beside it. */
export type Script = (
  method: string,
  params: Frame,
  tell: (method: string, params: Frame) => void,
) => Frame;

/** A client of a scripted codex, within a ceiling. */
export class Bench {
  /** What codex was asked, in order. */
  readonly asked: { readonly method: string; readonly params: Frame }[] = [];
  /** What the client answered to codex. */
  readonly answered: Frame[] = [];
  /** What the client got, in order. */
  readonly got: Frame[] = [];
  readonly transport: FrameTransport;
  readonly codex: FrameTransport;
  isEnded = false;
  #waiting: (() => void)[] = [];
  #nextId = 0;

  constructor(policy: OperatorPolicy, script: Script, defaultCwd = "/home/ada") {
    const [near, far] = memoryPair();
    this.codex = far;
    far.start({ onFrame: (text) => this.#answer(text, script), onClose: () => {} });
    this.transport = limitedTransport(near, {
      policy,
      defaultCwd,
      log: () => {},
      onEnd: () => {
        this.isEnded = true;
      },
    });
    this.transport.start({
      onFrame: (text) => {
        this.got.push(read(text));
        for (const wake of this.#waiting.splice(0)) wake();
      },
      onClose: () => {},
    });
  }

  /** Asks as the client; resolves with the whole response. */
  async ask(method: string, params: unknown): Promise<Frame> {
    const id = (this.#nextId += 1);
    this.transport.send(JSON.stringify({ id, method, params }));
    return this.until((frame) => frame["id"] === id);
  }

  /** The first frame that fits, be it there or still to come. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.got.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The methods the client got, with `response` for responses. */
  get order(): readonly unknown[] {
    return this.got.map((frame) => frame["method"] ?? "response");
  }

  /** Sends a notification of codex's own accord, as codex writes it. */
  tell(method: string, params: Frame): void {
    this.codex.send(JSON.stringify({ method, params }));
  }

  #answer(text: string, script: Script): void {
    const frame = read(text);
    const { id, method } = frame;
    if (typeof method !== "string") {
      this.answered.push(frame);
      return;
    }
    const params = isFrame(frame["params"]) ? frame["params"] : {};
    this.asked.push({ method, params });
    const told: string[] = [];
    const answer = script(method, params, (about, more) =>
      told.push(JSON.stringify({ method: about, params: more })),
    );
    this.codex.send(JSON.stringify({ id, ...answer }));
    for (const frame of told) this.codex.send(frame);
  }
}

/** A response to `thread/start`, `thread/resume` and `thread/fork`. */
export function opened(settings: Frame = {}, id = "t"): Frame {
  return {
    result: {
      thread: { id },
      cwd: "/home/ada/project",
      approvalPolicy: "on-request",
      approvalsReviewer: "user",
      sandbox: { type: "readOnly", networkAccess: false },
      activePermissionProfile: { id: ":read-only", extends: null },
      ...settings,
    },
  };
}

function read(text: string): Frame {
  const value: unknown = JSON.parse(text);
  if (!isFrame(value)) throw new Error(`no frame: ${text}`);
  return value;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null;
}
