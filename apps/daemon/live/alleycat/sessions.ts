import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Phone, PhoneWebSocket } from "@fairlead/transport-alleycat/testing";
import { z } from "zod";
import type { PhoneScenario } from "./scenarios.ts";

/** What litter needs of each agent; without one of them it shows none at all. */
const AgentList = z.object({
  v: z.literal(1),
  ok: z.literal(true),
  agents: z.array(
    z.object({
      name: z.string(),
      display_name: z.string(),
      wire: z.enum(["websocket", "jsonl"]),
      available: z.boolean(),
    }),
  ),
});

/** Pairing, turns, drops, and what comes back. */
export const sessions: readonly PhoneScenario[] = [
  {
    id: "pair",
    sentence: "A phone that scanned the payload dials the host and is told its agents.",
    async run(context) {
      const { token } = context.payload;
      const connection = await context.dial();
      const response = await connection.ask({ op: "list_agents", v: 1, token });
      const { agents } = AgentList.parse(response);
      const demo = agents.find(({ name }) => name === "demo");
      assert.equal(demo?.available, true);
    },
  },
  {
    id: "turn with an approval",
    sentence: "A turn asks the phone before it runs a command, and its yes has an effect.",
    async run(context) {
      const app = await context.app(await context.dial());
      const folder = await context.host.project();
      const nonce = randomUUID();
      const thread = await app.startThread(folder);
      await app.startTurn(thread, `hello ;; run: printf ${nonce} > made`);
      const { id } = await app.asked();
      await assert.rejects(access(join(folder, "made")));
      await app.send({ id, result: { decision: "accept" } });
      assert.equal(await app.turnEnd(thread), "completed");
      assert.equal(await readFile(join(folder, "made"), "utf8"), nonce);
      assert.equal(app.said, "You said: hello");
    },
  },
  {
    id: "resume",
    sentence: "A phone that lost its connection gets exactly what it missed, each frame once.",
    async run(context) {
      const connection = await context.dial();
      const app = await context.app(connection);
      const folder = await context.host.project();
      const thread = await app.startThread(folder);
      // Another phone sees the whole turn.
      const witness = await context.app(await context.dial(await context.otherPhone()));
      await witness.request("thread/resume", { threadId: thread });
      const words = Array.from({ length: 40 }, (_, index) => `word-${index}`).join(" ");
      await app.startTurn(thread, `${words} ;; run: echo ${randomUUID()}`);
      await app.waitFor(({ method }) => method === "item/agentMessage/delta");
      connection.close();
      await app.ended();
      const { id } = await witness.asked();

      const again = await context.attach(await context.dial(), { lastSeq: app.lastSeq });
      assert.equal(again.session.attached, "resumed");
      assert.equal((await again.asked()).id, id);
      await again.send({ id, result: { decision: "accept" } });
      assert.equal(await again.turnEnd(thread), "completed");
      assert.equal(await witness.turnEnd(thread), "completed");
      const seqs = [...app.seqs, ...again.seqs];
      assert.deepEqual(
        seqs,
        [...new Set(seqs)].toSorted((one, other) => one - other),
      );
      assert.ok(again.seqs.every((seq) => seq > app.lastSeq));
      assert.notEqual(app.said, witness.said);
      assert.equal(app.said + again.said, witness.said);
    },
  },
  {
    id: "revoked",
    sentence:
      "A revoked phone is cut off at once, and dials the address in vain until there is another yes.",
    async run(context) {
      const connection = await context.dial();
      const app = await context.app(connection);
      assert.deepEqual(await context.host.devices(), ["phone"]);
      await context.host.revoke("phone");
      await connection.closed;
      await app.ended();
      const again = await context.dial();
      const { token } = context.payload;
      const resume = { last_seq: app.lastSeq };
      let isAnswered = false;
      const asked = again
        .ask({ op: "connect", v: 1, token, agent: "demo", resume })
        .finally(() => (isAnswered = true));
      assert.deepEqual(await context.host.devices(), []);
      assert.equal(isAnswered, false);
      // Another yes makes it another device, to which nothing of the old one belongs.
      await context.host.pair("phone again");
      assert.match(JSON.stringify(await asked), /"attached":"drift_reload"/);
    },
  },
  {
    id: "a phone is its key",
    sentence: "A phone that was closed resumes under its key; another one cannot with its cursor.",
    async run(context) {
      const { secretKey } = context.phone;
      const app = await context.app(await context.dial());
      await app.startThread(await context.host.project());
      const { lastSeq } = app;
      await context.phone[Symbol.asyncDispose]();
      const thief = await context.dial(await context.otherPhone());
      assert.equal((await context.attach(thief, { lastSeq })).session.attached, "drift_reload");
      await using same = await Phone.open(secretKey);
      const resumed = await context.attach(await context.dial(same), { lastSeq });
      assert.equal(resumed.session.attached, "resumed");
    },
  },
  {
    id: "several streams",
    sentence: "Streams of one connection work side by side on threads of their own.",
    async run(context) {
      const connection = await context.dial();
      const folder = await context.host.project();
      const turns = [1, 2, 3].map(async (number) => {
        const app = await context.app(connection);
        const thread = await app.startThread(folder);
        await app.startTurn(thread, `number ${number}`);
        assert.equal(await app.turnEnd(thread), "completed");
        return app;
      });
      for (const [index, app] of (await Promise.all(turns)).entries()) {
        // Everybody hears of every thread's start, and of its own alone what is said.
        assert.equal(app.said, `You said: number ${index + 1}`);
      }
    },
  },
  {
    id: "websocket",
    sentence: "A client that treats the agent as codex speaks WebSocket within the stream.",
    async run(context) {
      const { token } = context.payload;
      const stream = await (await context.dial()).stream();
      const request = { op: "connect", v: 1, token, agent: "demo" };
      await stream.writeFrame(JSON.stringify(request));
      await stream.readFrame();
      const socket = await PhoneWebSocket.open(stream, "/demo");
      const params = { clientInfo: { name: "codex client", version: "1" } };
      await socket.send({ id: 0, method: "initialize", params });
      const answer = z.object({
        id: z.literal(0),
        result: z.looseObject({ userAgent: z.string() }),
      });
      answer.parse(await socket.read());
    },
  },
  {
    id: "large frame",
    sentence: "A line of more than 1 MiB goes to the agent and comes back whole.",
    async run(context) {
      const app = await context.app(await context.dial());
      const folder = await context.host.project();
      const data = Buffer.alloc(900_000, randomUUID()).toString("base64");
      const path = join(folder, "large");
      await app.request("fs/writeFile", { path, dataBase64: data });
      assert.equal((await readFile(path)).toString("base64"), data);
      const { result } = await app.request("fs/readFile", { path });
      assert.equal(result?.["dataBase64"], data);
    },
  },
];
