import { tmpdir } from "node:os";
import fc from "fast-check";
import { expect, it } from "vitest";
import { stage } from "./support/adversity.ts";
import type { AskedRequest, WireClient } from "./support/wire-client.ts";

const seed = Number(process.env["ADVERSITY_SEED"] ?? 20_261_121);

const who = fc.nat(2);
const answers = ["accept", "decline", "cancel", "garbage", null, "acceptForSession"] as const;
const step = fc.oneof(
  fc.record({ do: fc.constantFrom("resume", "hangUp", "unsubscribe", "say", "steer"), who }),
  fc.record({ do: fc.constantFrom("interrupt", "archive", "delete", "rollback"), who }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant("answer"), who, as: fc.nat(5) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("ask"), who, scoped: fc.boolean() }) },
  fc.record({ do: fc.constantFrom("close", "end", "withdraw", "text", "die", "own", "kid"), who }),
);

const item = { type: "command", command: "rm x", cwd: null } as const;
const quiet = (request: Promise<unknown>): Promise<unknown> => request.catch(() => null);

it("no schedule of clients and agent makes a yes that nobody said, or leaves anything stuck", async () => {
  process.stdout.write(`schedule: ADVERSITY_SEED=${seed}\n`);
  let yeses = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
      const here = stage();
      /** The first usable word any client gave to the request of this ask. */
      const said = new Map<string, string>();
      const clients: WireClient[] = [];
      const answered = new Map<WireClient, Set<AskedRequest>>();
      for (let index = 0; index < 3; index += 1) clients.push(await here.client());
      const owner = clients[0];
      if (owner === undefined) throw new Error("no client");
      let threadId = await owner.startThread(tmpdir());
      const input = [{ type: "text" as const, text: "x", text_elements: [] }];
      let turnId = await owner.say(threadId, "go");
      await (await here.agents.next()).prompts.next();
      let asks = 0;
      for (const now of steps) {
        const client = clients[now.who] ?? owner;
        // Behind what was done before: what it led to is with the clients now.
        await client.request("thread/loaded/list", {});
        const agent = here.agents.all.findLast(({ prompts }) => prompts.all.length > 0);
        switch (now.do) {
          case "resume":
            await quiet(client.request("thread/resume", { threadId }));
            break;
          case "hangUp":
            await client.hangUp();
            clients[now.who] = await here.client();
            break;
          case "unsubscribe":
            await quiet(client.request("thread/unsubscribe", { threadId }));
            break;
          case "say":
            // Who speaks without having looked sees the middle of a turn, which the laws do not
            // know.
            await quiet(client.request("thread/resume", { threadId }));
            turnId = await client.say(threadId, "x").catch(() => turnId);
            break;
          case "steer": {
            const params = { threadId, input, expectedTurnId: turnId };
            await quiet(client.request("turn/steer", params));
            break;
          }
          case "interrupt":
            await quiet(client.request("turn/interrupt", { threadId, turnId }));
            break;
          case "rollback":
            await quiet(client.request("thread/rollback", { threadId, numTurns: 1 }));
            break;
          case "archive":
          case "delete":
            await quiet(client.request(`thread/${now.do}`, { threadId }));
            threadId = await client.startThread(tmpdir());
            turnId = await client.say(threadId, "go");
            break;
          case "answer": {
            const mine = answered.get(client) ?? new Set();
            answered.set(client, mine);
            const open = client.requests.all.findLast((request) => !mine.has(request));
            if (open === undefined || !("as" in now)) break;
            mine.add(open);
            const word = answers[now.as] ?? null;
            const name = String(open.params["reason"]);
            // Rubbish says nothing: the question stays with the other clients, or is declined.
            const usable = word !== null && word !== "garbage";
            if (usable && !said.has(name)) said.set(name, word);
            open.respond(word === null ? null : { decision: word });
            break;
          }
          case "ask": {
            asks += 1;
            const name = `ask ${asks}`;
            const scope = "scoped" in now && now.scoped ? name : null;
            const ask = { kind: "command", key: name, reason: name, scope } as const;
            agent?.emit({ op: "open", key: name, item }, { op: "ask", id: name, ask });
            break;
          }
          case "withdraw":
            agent?.emit({ op: "withdraw", id: `ask ${asks}` });
            break;
          case "close":
            agent?.emit({ op: "close", key: `ask ${asks}` });
            break;
          case "end": {
            const turn = agent?.prompts.all.at(-1)?.id;
            if (turn !== undefined) agent?.emit({ op: "end", turn, status: "completed" });
            break;
          }
          case "text":
            agent?.emit(
              { op: "open", key: "m", item: { type: "message" } },
              { op: "text", key: "m", delta: "x" },
            );
            break;
          case "own":
            agent?.emit(
              { op: "begin", turn: "own", input: [] },
              { op: "end", turn: "own", status: "completed" },
            );
            break;
          case "kid": {
            asks += 1;
            const name = `ask ${asks}`;
            const ask = { kind: "command", key: name, reason: name, scope: null } as const;
            agent?.emit(
              { op: "child", key: "kid", item: null, nativeId: null, title: "kid" },
              { op: "open", key: name, item, thread: "kid" },
              { op: "ask", id: name, ask, thread: "kid" },
            );
            break;
          }
          case "die":
            agent?.crash(new Error("gone"));
            break;
        }
      }
      for (const agent of here.agents.all) {
        const names = agent.answers.all.map(({ ask }) => ask);
        expect(new Set(names).size).toBe(names.length);
        for (const { ask, answer } of agent.answers.all) {
          if (answer.type === "cancel") continue;
          const word = said.get(ask) ?? "";
          const yes = word === "accept" || word === "acceptForSession";
          expect(`${ask} ${answer.type}`).toBe(`${ask} ${yes ? "accept" : "decline"}`);
          if (yes) yeses += 1;
        }
      }
      // Whatever happened: a stop ends what runs, and the next prompt is answered.
      for (let turn = 0; turn < 50; turn += 1) await new Promise((go) => setImmediate(go));
      const last = await here.client();
      const { thread } = await last.request("thread/resume", { threadId });
      if (thread.status.type === "active") {
        const running = thread.turns.findLast(({ status }) => status === "inProgress");
        const stop = { threadId, turnId: running?.id ?? turnId };
        await quiet(last.request("turn/interrupt", stop));
        await last.heard(
          "thread/status/changed",
          (event) => event.threadId === threadId && event.status.type !== "active",
        );
      }
      const said2 = await last.say(threadId, "the end");
      const reply = async (): Promise<void> => {
        for (;;) {
          const agent = here.agents.all.at(-1);
          const prompt = agent?.prompts.all.find(({ id }) => id === said2);
          if (agent !== undefined && prompt !== undefined) return agent.reply(prompt, "done");
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await reply();
      const { turn } = await last.heard("turn/completed", (event) => event.turn.id === said2);
      expect(turn.status).toBe("completed");
      await here.server[Symbol.asyncDispose]();
    }),
    // A stuck run is a failure with its schedule, not a test that never ends.
    { seed, numRuns: 40, timeout: 3000, interruptAfterTimeLimit: 20_000 },
  );
  expect(yeses).toBeGreaterThan(0);
});
