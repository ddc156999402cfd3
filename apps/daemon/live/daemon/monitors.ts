import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { readExposition, type ReadSample } from "../../test/operations/exposition.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** What tells monitors how the daemon is. */
export const monitors: readonly DaemonRow[] = [
  {
    id: "metrics",
    sentence:
      "`/healthz` and `/readyz` answer everybody; `/metrics` refuses who has no token with 401, and counts a turn for who shows the operator's",
    async run(place) {
      await place.serve();
      const url = (await place.webSocketUrl()).replace(/^ws/u, "http");
      for (const path of ["/healthz", "/readyz"]) {
        assert.equal((await fetch(`${url}${path}`)).status, 200);
      }
      const refused = await fetch(`${url}/metrics`);
      assert.equal(refused.status, 401);
      assert.match(await refused.text(), /operator-token/u);
      const token = readFileSync(place.paths.operatorTokenFile, "utf8").trim();
      const samples = async (): Promise<readonly ReadSample[]> => {
        const headers = { authorization: `Bearer ${token}` };
        return readExposition(await (await fetch(`${url}/metrics`, { headers })).text());
      };
      const turns = async (): Promise<number> =>
        (await samples()).find(
          ({ name, labels }) =>
            name === "fairlead_turns_total" &&
            labels["agent"] === "demo" &&
            Object.values(labels).includes("completed"),
        )?.value ?? 0;
      assert.equal(await turns(), 0);
      await using client = await place.client();
      const { thread } = await client.request("thread/start", { cwd: place.project });
      await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(await turns(), 1);
    },
  },
  {
    id: "traces",
    sentence:
      "with OTEL_EXPORTER_OTLP_ENDPOINT set, a span of each turn is sent there: agent, thread and outcome, not what was said",
    async run(place) {
      const bodies: string[] = [];
      const receiver = createServer((request, response) => {
        void text(request).then((body) => {
          bodies.push(body);
          response.end("{}");
          receiver.emit("span");
        });
      }).listen(0, "127.0.0.1");
      await once(receiver, "listening");
      try {
        const address = receiver.address();
        assert.ok(address !== null && typeof address === "object");
        const endpoint = `http://127.0.0.1:${address.port}`;
        const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "50" };
        await place.serve([], { env });
        const came = once(receiver, "span");
        await using client = await place.client();
        const { thread } = await client.request("thread/start", { cwd: place.project });
        await client.runTurn({ threadId: thread.id, input: "a secret of mine" });
        await came;
        const [body = ""] = bodies;
        for (const told of ["turn demo", thread.id, "completed"]) {
          assert.ok(body.includes(JSON.stringify(told)), body);
        }
        assert.equal(body.includes("secret of mine"), false);
      } finally {
        receiver.closeAllConnections();
        receiver.close();
      }
    },
  },
  {
    id: "traces-wrong",
    sentence: "an OTLP setting that cannot be followed is a problem in `status`, and harms nothing",
    async run(place) {
      await place.serve([], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" } });
      const { stdout } = endedWith(await place.fairlead(["status"]), 0);
      assert.match(stdout, /problem {2}no traces are sent: .*http:\/\/HOST:4318/u);
      await using client = await place.client();
      const { thread } = await client.request("thread/start", { cwd: place.project });
      const { turn } = await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
    },
  },
];
