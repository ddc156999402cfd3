import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PhoneScenario } from "./scenarios.ts";

/** What litter does, and a host has to bear. Numbered as they are known. */
export const litterQuirks: readonly PhoneScenario[] = [
  {
    id: "litter quirk 2",
    sentence: "A turn that is sent again, with its id, after a reconnect runs once.",
    async run(context) {
      const connection = await context.dial();
      const app = await context.app(connection);
      const folder = await context.host.project();
      const threadId = await app.startThread(folder);
      const text = `run: printf x >> made`;
      const params = { threadId, input: [{ type: "text", text }] };
      await app.request("turn/start", params, 77);
      await app.asked();
      connection.close();
      await app.ended();
      // What it saw before the answer came.
      const answered = app.frames.findIndex((frame) => frame.id === 77);
      const seen = app.frames.slice(0, answered).map((frame) => frame._alleycat_seq ?? 0);
      const lastSeq = Math.max(app.session.current_seq, ...seen);
      const again = await context.attach(await context.dial(), { lastSeq });
      await again.request("turn/start", params, 77);
      const { id } = await again.asked();
      await again.send({ id, result: { decision: "accept" } });
      assert.equal(await again.turnEnd(threadId), "completed");
      assert.equal(await readFile(join(folder, "made"), "utf8"), "x");
    },
  },
  {
    id: "litter quirk 4",
    sentence: "An approval the phone had seen is asked again as it was, with the same id.",
    async run(context) {
      const connection = await context.dial();
      const app = await context.app(connection);
      const threadId = await app.startThread(await context.host.project());
      await app.startTurn(threadId, "run: true");
      const { _alleycat_seq: _, ...question } = await app.asked();
      connection.close();
      await app.ended();
      const again = await context.attach(await context.dial(), { lastSeq: app.lastSeq });
      const { _alleycat_seq: seq, ...repeated } = await again.asked();
      assert.deepEqual(repeated, question);
      assert.ok((seq ?? 0) > app.lastSeq);
      await again.send({ id: question.id, result: { decision: "decline" } });
      await again.turnEnd(threadId);
    },
  },
  {
    id: "litter quirk 5",
    sentence: "A stream without a cursor begins anew: no answer to an earlier id is repeated.",
    async run(context) {
      const connection = await context.dial();
      const app = await context.app(connection);
      await app.startThread(await context.host.project());
      connection.close();
      await app.ended();
      const again = await context.attach(await context.dial());
      assert.equal(again.session.attached, "fresh");
      const params = { clientInfo: { name: "Litter", version: "1.0" } };
      await again.send({ id: "initialize", method: "initialize", params });
      await again.waitFor(({ id }) => id === "initialize");
      await again.request("thread/loaded/list", {});
      const answers = again.frames.filter(({ method }) => method === undefined);
      assert.deepEqual(
        answers.map(({ id }) => id),
        ["initialize", 1],
      );
    },
  },
  {
    id: "litter quirk 6",
    sentence: "A cursor from before the host was started again is a drift; numbers only grow.",
    async run(context) {
      const connection = await context.dial();
      const app = await context.app(connection);
      await app.startThread(await context.host.project());
      const { lastSeq } = app;
      const ahead = { lastSeq: lastSeq + 1_000_000 };
      const early = await context.attach(connection, ahead);
      assert.equal(early.session.attached, "drift_reload");
      // Killed: the phone hears nothing of it, and dials again. Beside a connection that has been dead
      // for ten seconds iroh 1.1 dials in vain until that one has timed out, so the phone lets it go.
      await context.host.restart();
      connection.close();
      const again = await context.attach(await context.dial(), { lastSeq });
      assert.equal(again.session.attached, "drift_reload");
      assert.ok(again.session.current_seq > lastSeq);
    },
  },
  {
    id: "litter quirk 8",
    sentence: "A second stream of a phone to the same agent takes no frame from the first.",
    async run(context) {
      const first = await context.app(await context.dial());
      const folder = await context.host.project();
      const thread = await first.startThread(folder);
      const nonce = randomUUID();
      await first.startTurn(thread, `run: printf ${nonce} > made`);
      const { id } = await first.asked();
      // As litter opens a terminal: the same phone, no cursor.
      const second = await context.app(await context.dial());
      assert.equal(second.session.attached, "fresh");
      await first.send({ id, result: { decision: "accept" } });
      assert.equal(await first.turnEnd(thread), "completed");
      assert.equal(await readFile(join(folder, "made"), "utf8"), nonce);
      await second.request("thread/loaded/list", {});
    },
  },
  {
    id: "litter quirk 14",
    sentence: "A restart of codex, which litter asks for whatever is meant, harms no other agent.",
    async run(context) {
      const { token } = context.payload;
      const connection = await context.dial();
      const app = await context.app(connection);
      const thread = await app.startThread(await context.host.project());
      await app.startTurn(thread, "run: true");
      const { id } = await app.asked();
      await connection.ask({ op: "restart_agent", v: 1, token, agent: "codex" });
      await app.send({ id, result: { decision: "accept" } });
      assert.equal(await app.turnEnd(thread), "completed");
    },
  },
];
