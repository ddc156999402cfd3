import assert from "node:assert/strict";
import { access, writeFile } from "node:fs/promises";
import type { Decision } from "@fairlead/client";
import { nonceOf } from "@fairlead/testkit";
import { answerOf, completed, itemOf, itemsOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Permission requests and their answers. */
export const approvals = [
  {
    id: "approval-before-effect",
    sentence: "A request for approval comes before the effect and waits for its answer.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made ;; say: done it", {
        async decide({ method, params }): Promise<Decision> {
          assert.equal(method, "item/commandExecution/requestApproval");
          const shown = "command" in params ? params.command : null;
          assert.equal(shown, "/bin/bash -lc 'touch made'");
          const { thread: waiting } = await live.client.request("thread/read", {
            threadId: thread,
          });
          const { status } = waiting;
          assert.deepEqual(status.type === "active" && status.activeFlags, ["waitingOnApproval"]);
          assert.equal(await live.made("made"), false);
          return "accept";
        },
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "approval-declined",
    sentence: "A declined command does not run and the turn goes on.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made ;; say: after no", {
        decide: "decline",
      });
      completed(turn);
      assert.equal(itemOf(turn.items, "commandExecution").status, "declined");
      assert.equal(answerOf(turn), "after no");
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "approval-cancelled",
    sentence: "A cancelled approval aborts the turn; the thread takes the next one.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made ;; say: never", { decide: "cancel" });
      assert.equal(turn.turn.status, "interrupted");
      assert.equal(itemOf(turn.items, "commandExecution").status, "declined");
      assert.equal(itemsOf(turn.items, "agentMessage").length, 0);
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "approval-for-session",
    sentence:
      "Always allow covers the same call again, not another, and never reaches the agent's disk.",
    async run(live) {
      const thread = await live.start();
      const once = "run: echo x >> log ;; run: echo x >> log ;; say: twice";
      const first = await live.turn(thread, once, { decide: "acceptForSession" });
      completed(first);
      assert.equal(first.asked.length, 1);
      assert.equal(await live.read("log"), "x\nx\n");
      const other = await live.turn(thread, "run: echo y >> log ;; say: no", { decide: "decline" });
      assert.equal(other.asked.length, 1);
      assert.equal(await live.read("log"), "x\nx\n");
      assert.equal(await live.made(".claude"), false);
      const fresh = await live.turn(await live.start(), once, { decide: "decline" });
      assert.equal(fresh.asked.length, 2);
    },
  },
  {
    id: "approval-refused-by-error",
    sentence: "An error response to a request for approval is a no, never a yes.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made ;; say: went on", {
        decide: () => Promise.reject(new Error("this client is broken")),
      });
      completed(turn);
      assert.equal(answerOf(turn), "went on");
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "approval-interrupted",
    sentence:
      "An interrupt withdraws a request for approval, and what was asked for never happens.",
    async run(live) {
      const thread = await live.start();
      const open = live.approvalOpen(thread);
      const turnId = await live.begin(thread, "run: touch made ;; say: never");
      await open;
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      await live.client.waitFor("serverRequest/resolved", ({ threadId }) => threadId === thread);
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: still here"));
    },
  },
  {
    id: "approval-survives-client",
    sentence: "A request for approval outlives its client, and another answers it.",
    async run(live) {
      const first = await live.connect();
      const thread = await live.start({}, first);
      const open = live.approvalOpen(thread, first);
      const turnId = await live.begin(thread, "run: touch made ;; say: ok", { client: first });
      await open;
      await live.disconnect(first);
      const answered = new Promise((resolve) => {
        live.own(
          live.client.onServerRequest("item/commandExecution/requestApproval", (_, { id }) => {
            resolve(id);
            return { decision: "accept" };
          }),
        );
      });
      assert.equal(await live.made("made"), false);
      await live.client.request("thread/resume", { threadId: thread });
      const id = await answered;
      const { requestId } = await live.client.waitFor("serverRequest/resolved");
      assert.equal(requestId, id);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "approval-policy-never",
    sentence: "Policy `never` with `danger-full-access` runs unasked.",
    async run(live) {
      const client = await live.connect("auto");
      const settings = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
      const thread = await live.start(settings, client);
      const turn = await live.turn(thread, "run: touch made ;; write: w = x ;; say: free", {
        client,
      });
      completed(turn);
      assert.deepEqual(turn.asked, []);
      assert.ok(await live.made("made"));
      // A patch ends every line.
      assert.equal((await live.read("w")).trim(), "x");
    },
  },
  {
    id: "approval-accept-edits",
    sentence:
      "`never` with `workspace-write` edits inside the folder unasked, and still asks for a command.",
    async run(live) {
      const client = await live.connect("auto");
      const settings = { approvalPolicy: "never", sandbox: "workspace-write" } as const;
      const thread = await live.start(settings, client);
      const turn = await live.turn(thread, "write: w = x ;; run: curl -h > made ;; say: mixed", {
        client,
        decide: "decline",
      });
      completed(turn);
      assert.deepEqual(
        turn.asked.map(({ method }) => method),
        ["item/commandExecution/requestApproval"],
      );
      // Droid ends every file it creates with a line break.
      assert.equal((await live.read("w")).trimEnd(), "x");
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "approval-outside",
    sentence: "A write outside the folder is asked about, and the client told why.",
    async run(live) {
      const client = await live.connect("auto");
      const settings = { approvalPolicy: "never", sandbox: "workspace-write" } as const;
      const thread = await live.start(settings, client);
      const outside = `${live.folder}-outside.txt`;
      const refused = live.refusePermissions(client);
      const turn = await live.turn(thread, `write: ${outside} = x ;; say: stayed in`, {
        client,
        decide: "decline",
      });
      completed(turn);
      const [reason, ...more] = [...turn.asked.map(({ params }) => params.reason), ...refused];
      assert.match(reason ?? "", /outside/);
      assert.equal(more.length, 0);
      assert.equal(itemOf(turn.items, "fileChange").status, "declined");
      await assert.rejects(access(outside));
    },
  },
  {
    id: "approval-outside-read",
    sentence: "A file outside the folder is not read unless the user allows it.",
    async run(live) {
      const outside = `${live.folder}-outside.txt`;
      await writeFile(outside, "forty-two\n");
      const refused = live.refusePermissions();
      const program = `${live.agent.readStep(outside)} ;; say: stayed in`;
      const turn = await live.turn(await live.start(), program, { decide: "decline" });
      completed(turn);
      assert.equal(turn.asked.length + refused.length, 1);
      assert.ok(
        live.mock.requests.every(({ body }) => !JSON.stringify(body).includes("forty-two")),
      );
    },
  },
  {
    id: "approval-before-steer",
    sentence: "A message while an approval waits leaves it waiting, and is answered after it.",
    async run(live) {
      const threadId = await live.start();
      const turn = await live.turn(threadId, "run: touch made ;; say: never", {
        async decide({ params }): Promise<Decision> {
          const input = [{ type: "text" as const, text: "nonce: instead", text_elements: [] }];
          const expectedTurnId = params.turnId ?? "";
          await live.client.request("turn/steer", { threadId, expectedTurnId, input });
          return "decline";
        },
      });
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("instead"));
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "approval-ceiling",
    sentence: "Above the operator's ceiling it still asks.",
    async run(live) {
      const thread = await live.start({
        approvalPolicy: "never",
        sandbox: "danger-full-access",
      });
      const { message } = await live.client.waitFor("warning");
      assert.match(message, /`never` is not allowed here/);
      const turn = await live.turn(thread, "run: touch made ;; say: no", { decide: "decline" });
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "approval-guarded",
    sentence: "What programs run by (Git's hooks, …) is asked about also where edits are free.",
    async run(live) {
      const client = await live.connect("auto");
      const settings = { approvalPolicy: "never", sandbox: "workspace-write" } as const;
      const thread = await live.start(settings, client);
      const program = "write: free.txt = x ;; write: .git/hooks/pre-commit = x ;; say: kept out";
      const turn = await live.turn(thread, program, { client, decide: "decline" });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.ok(await live.made("free.txt"));
      assert.equal(await live.made(".git/hooks/pre-commit"), false);
    },
  },
] as const satisfies readonly LiveScenario[];
