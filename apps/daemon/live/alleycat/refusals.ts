import assert from "node:assert/strict";
import type { PhoneScenario } from "./scenarios.ts";

/** What a host does not take, and what it takes though Alleycat's did not. */
export const refusals: readonly PhoneScenario[] = [
  {
    id: "wrong token",
    sentence: "A wrong token is refused in Alleycat's words, and opens nothing.",
    async run(context) {
      const connection = await context.dial();
      const request = { op: "list_agents", v: 1, token: "wrong" };
      const refused = { v: 1, ok: false, error: "invalid token" };
      assert.deepEqual(await connection.ask(request), refused);
      assert.deepEqual(await connection.ask({ ...request, op: "connect", agent: "demo" }), refused);
    },
  },
  {
    id: "wrong version",
    sentence: "Another version of the protocol is refused before the token is looked at.",
    async run(context) {
      const connection = await context.dial();
      const response = await connection.ask({ op: "list_agents", v: 2, token: "wrong" });
      const error = "protocol mismatch: client=2 host=1";
      assert.deepEqual(response, { v: 1, ok: false, error });
    },
  },
  {
    id: "unknown agent",
    sentence: "An agent nobody knows is refused in the words clients look for.",
    async run(context) {
      const { token } = context.payload;
      const connection = await context.dial();
      const request = { op: "connect", v: 1, token, agent: "shell" };
      const error = "agent `shell` is disabled or unknown";
      assert.deepEqual(await connection.ask(request), { v: 1, ok: false, error });
    },
  },
  {
    id: "oversize frame",
    sentence: "A first frame above 1 MiB is refused by its length, before its body comes.",
    async run(context) {
      const stream = await (await context.dial()).stream();
      await stream.write(Buffer.from([0, 0x10, 0, 1]));
      assert.match(JSON.stringify(await stream.readFrame()), /more than the 1048576 a frame/);
      assert.equal((await stream.rest()).length, 0);
    },
  },
  {
    id: "silence",
    sentence: "A stream without its first frame is closed after ten seconds.",
    async run(context) {
      const stream = await (await context.dial()).stream();
      await stream.write(Buffer.from([0, 0]));
      const startedMs = performance.now();
      assert.equal((await stream.rest()).length, 0);
      assert.ok(performance.now() - startedMs > 9000);
    },
  },
  {
    id: "malformed",
    sentence: "A request nobody understands is answered with what is wrong with it.",
    async run(context) {
      const { token } = context.payload;
      const response = await (await context.dial()).ask({ op: "dance", v: 1, token });
      assert.match(JSON.stringify(response), /`op` must be `list_agents`/);
    },
  },
  {
    id: "alias",
    sentence: "An agent can be connected to by its alias.",
    async run(context) {
      const app = await context.attach(await context.dial(), { agent: "claude-code" });
      assert.equal(app.session.attached, "fresh");
    },
  },
];
