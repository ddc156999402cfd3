import { tmpdir } from "node:os";
import { clientMethods, isClientMethod, paramsSchema } from "@fairlead/codex-proto";
import type { ClientMethod } from "@fairlead/codex-proto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { memoryPair } from "../src/transport/memory.ts";
import type { FrameTransport } from "../src/rpc/transport.ts";
import { Mailbox } from "./support/mailbox.ts";
import { stage, type Stage } from "./support/adversity.ts";

const seed = Number(process.env["ADVERSITY_SEED"] ?? 20_261_121);

interface Reply {
  readonly id: unknown;
  readonly code: number | null;
  readonly message: string;
}

const replyFrame = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.undefined().optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});

/** A client that says anything and counts what it is answered. */
class RudeClient {
  readonly replies: Mailbox<Reply> = new Mailbox();
  closed = false;
  readonly #transport: FrameTransport;
  #nextId = 0;

  constructor(here: Stage) {
    const [near, far] = memoryPair();
    here.server.attach(far);
    this.#transport = near;
    near.start({
      onFrame: (text) => this.#take(JSON.parse(text)),
      onClose: () => (this.closed = true),
    });
  }

  send(text: string): void {
    this.#transport.send(text);
  }

  /** Sends a request and waits for its answer, which is the only one. */
  async ask(method: string, params: unknown): Promise<Reply> {
    const id = `rude-${this.#nextId}`;
    this.#nextId += 1;
    this.send(JSON.stringify({ id, method, params }));
    return this.replies.find((reply) => reply.id === id);
  }

  initialize(): Promise<Reply> {
    const clientInfo = { name: "rude", title: null, version: "1" };
    const capabilities = { experimentalApi: true, requestAttestation: false };
    return this.ask("initialize", { clientInfo, capabilities });
  }

  #take(frame: unknown): void {
    const reply = replyFrame.safeParse(frame);
    if (!reply.success) return;
    const { id, error } = reply.data;
    this.replies.put({ id, code: error?.code ?? null, message: error?.message ?? "" });
  }
}

let here: Stage;
let rude: RudeClient;

beforeEach(async () => {
  here = stage();
  rude = new RudeClient(here);
  await rude.initialize();
});

afterEach(async () => {
  await here.server[Symbol.asyncDispose]();
});

const anyId = "0199aaaa-0000-7000-8000-000000000000";
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 53, 1e308, "", "x", "\0", "..", "💥\ud800"),
  fc.constantFrom<unknown>([], {}, [[]], [null], { type: "text" }, { type: "x" }),
  fc.constantFrom<unknown>(anyId, "x".repeat(10_000), '{"id":1}', "-", "%00", "*", "(["),
);

/**
 * Params that are nearly right: what the schema misses is filled in, with what may be wrong in
 * another way.
 */
function nearlyRight(method: ClientMethod, values: readonly unknown[]): unknown {
  const schema = paramsSchema(method);
  const params: Record<string, unknown> = {};
  let next = 0;
  for (let round = 0; round < 12; round += 1) {
    const parsed = schema.safeParse(params);
    if (parsed.success) return params;
    const issue = parsed.error.issues[0];
    const key = issue?.path[0];
    if (issue === undefined || key === undefined) return params;
    const value = values[next % values.length];
    const wanted = "expected" in issue ? issue.expected : null;
    params[String(key)] =
      wanted === "string" ? String(JSON.stringify(value)) : wanted === "array" ? [value] : value;
    next += 1;
  }
  return params;
}

const methods = Object.keys(clientMethods).filter(isClientMethod);

/** Words that only a program's insides say. */
const insides = /\bat \S+ \(|\.ts:\d|is not a function|Cannot read|Maximum call stack/;

describe("a client that sends rubbish", () => {
  it("gets one answer to every request, never of our insides", async () => {
    process.stdout.write(`frames: ADVERSITY_SEED=${seed}\n`);
    const threadId = await rude.ask("thread/start", { cwd: tmpdir() });
    expect(threadId.code).toBeNull();
    const bad = new Map<string, string>();
    const samples = fc.sample(fc.array(odd, { minLength: 4, maxLength: 8 }), { seed, numRuns: 5 });
    for (const method of methods) {
      for (const values of samples) {
        const forms = [values[0], values, { [String(values[1])]: values[0] }];
        for (const params of [...forms, nearlyRight(method, values)]) {
          const { code, message } = await rude.ask(method, params);
          // Codex's own code and words.
          if (method === "command/exec" && message.startsWith("failed to spawn command")) continue;
          if (code === -32603 || insides.test(message)) {
            bad.set(method, `${code} ${message} for ${JSON.stringify(params).slice(0, 200)}`);
          }
        }
      }
    }
    expect(Object.fromEntries(bad)).toEqual({});
    expect(new Set(rude.replies.all.map(({ id }) => id)).size).toBe(rude.replies.all.length);
    expect(rude.closed).toBe(false);
  });

  it("survives nesting without end, in a frame and in what it may hold", async () => {
    const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
    rude.send(deep("[", "]"));
    rude.send(`{"id":"deep","result":${deep("[", "]")}}`);
    for (const method of ["thread/start", "turn/start", "config/value/write", "no/such"]) {
      for (const nested of [deep("[", "]"), `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`]) {
        for (const field of [
          "config",
          "input",
          "outputSchema",
          "dynamicTools",
          "value",
          "params",
        ]) {
          const id = `${method} ${field} ${nested.length}`;
          const params = `{"threadId":"${anyId}","${field}":${nested}}`;
          rude.send(`{"id":"${id}","method":"${method}","params":${params}}`);
          const reply = await rude.replies.find((one) => one.id === id);
          expect({ id, code: reply.code }).not.toMatchObject({ code: -32603 });
        }
      }
    }
    expect((await rude.ask("thread/loaded/list", {})).code).toBeNull();
  });

  it("harms no other client and no turn", async () => {
    const client = await here.client();
    const threadId = await client.startThread(tmpdir());
    await client.say(threadId, "go");
    const agent = await here.agents.next();
    const prompt = await agent.prompts.next();
    const frames = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ id: odd, method: fc.oneof(odd, fc.constantFrom(...methods)), params: odd })
        .map((frame) => JSON.stringify(frame)),
      fc.record({ id: odd, result: odd }).map((frame) => JSON.stringify(frame)),
      fc.record({ id: odd, error: odd }).map((frame) => JSON.stringify(frame)),
      fc.record({ method: odd, params: odd }).map((frame) => JSON.stringify(frame)),
    );
    for (const frame of fc.sample(frames, { seed, numRuns: 2000 })) rude.send(frame);
    expect((await rude.ask("thread/loaded/list", {})).code).toBeNull();
    agent.reply(prompt, "unharmed");
    const { turn } = await client.heard("turn/completed");
    expect(turn).toMatchObject({ status: "completed", items: [{ text: "unharmed" }] });
    client.check();
  });
});
