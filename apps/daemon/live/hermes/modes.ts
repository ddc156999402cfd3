import assert from "node:assert/strict";
import { nonceOf } from "@fairlead/testkit";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { interruptAnswer } from "./running.ts";
import { gatewayHome, usersGateway } from "./users-gateway.ts";

/** Makes Fairlead reach Hermes in another way than by its stdio gateway. */
type Enter = (live: LiveContext) => Promise<void>;

const byApi: Enter = async (live) => live.environment(await usersGateway(live));
const byAcp: Enter = async (live) => live.environment({ FAIRLEAD_HERMES_MODE: "acp" });
const byChat: Enter = async (live) => live.environment({ FAIRLEAD_HERMES_MODE: "chat" });

/** Declines what Hermes itself deems dangerous; resolves when it has not happened. */
async function dangerDeclined(live: LiveContext): Promise<void> {
  await live.write("kept", "x");
  const program = `run: rm -rf ${live.path("kept")} ;; say: went on`;
  const turn = await live.turn(await live.start(), program, { decide: "decline" });
  completed(turn);
  assert.equal(turn.asked.length, 1);
  assert.equal(answerOf(turn), "went on");
  assert.ok(await live.made("kept"));
}

/** The other ways to reach Hermes, each on the same real program. */
export const modes: readonly LiveScenario[] = [
  {
    id: "api-text",
    sentence:
      "A running `hermes gateway` answers over its API (`/v1/runs`) in deltas; the way and its limits are told.",
    async run(live) {
      await byApi(live);
      const turn = await live.turn(await live.start(), "nonce: over the api");
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("over the api"));
      assert.ok(turn.events.some(({ method }) => method === "item/agentMessage/delta"));
      await live.client.waitFor("warning", ({ message }) => {
        return /gateway that runs at http:\/\/127\.0\.0\.1/.test(message);
      });
    },
  },
  {
    id: "api-history",
    sentence:
      "Over the API each run is told what was said before; a tool shows and has its effect, in the folder of the gateway's settings.",
    async run(live) {
      await byApi(live);
      const thread = await live.start();
      const program = `run: pwd > ${live.path("made")} ;; say: before`;
      const first = await live.turn(thread, program);
      completed(first);
      itemOf(first.items, "commandExecution");
      // Not where it was started, which is the project folder.
      assert.equal((await live.read("made")).trim(), gatewayHome(live));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, [program, "echo"]);
    },
  },
  {
    id: "api-declined",
    sentence: "Over the API a dangerous command waits for its answer; declined, it does not run.",
    async run(live) {
      await byApi(live);
      await dangerDeclined(live);
    },
  },
  {
    id: "api-interrupt",
    sentence: "`/v1/runs/ID/stop` ends the answer; its partial text is kept, the next turn works.",
    async run(live) {
      await byApi(live);
      await interruptAnswer(live);
    },
  },
  {
    id: "acp-text",
    sentence: "`hermes acp` answers in deltas and knows the history.",
    async run(live) {
      await byAcp(live);
      const thread = await live.start();
      completed(await live.turn(thread, "nonce: over acp"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, ["nonce: over acp", "echo"]);
    },
  },
  {
    id: "acp-declined",
    sentence: "Over ACP a dangerous command waits for its answer; declined, it does not run.",
    async run(live) {
      await byAcp(live);
      await dangerDeclined(live);
    },
  },
  {
    id: "acp-edit-declined",
    sentence: "Over ACP an edit is asked about with its diff; declined, the file stays as it is.",
    async run(live) {
      await byAcp(live);
      await live.write("base.txt", "mine\n");
      const program = `edit: ${live.path("base.txt")} = mine => theirs ;; say: left alone`;
      const turn = await live.turn(await live.start(), program, { decide: "decline" });
      completed(turn);
      assert.equal(turn.asked[0]?.method, "item/fileChange/requestApproval");
      assert.equal(await live.read("base.txt"), "mine\n");
    },
  },
  {
    id: "acp-interrupt",
    sentence: "`session/cancel` ends the answer; its partial text is kept, the next turn works.",
    async run(live) {
      await byAcp(live);
      await interruptAnswer(live);
    },
  },
  {
    id: "chat-text",
    sentence: "`hermes chat -Q`, one process a prompt, resumes its own session for the next.",
    async run(live) {
      await byChat(live);
      const thread = await live.start();
      const turn = await live.turn(thread, "nonce: by chat");
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("by chat"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, ["nonce: by chat", "echo"]);
    },
  },
  {
    id: "chat-harmless",
    sentence: "`hermes chat` cannot ask: it is given no tool with an effect.",
    async run(live) {
      await byChat(live);
      const { tools } = echoOf(await live.turn(await live.start(), "echo"));
      assert.deepEqual(
        tools.filter((tool) =>
          /terminal|execute_code|write_file|patch|process|delegate/.test(tool),
        ),
        [],
      );
    },
  },
  {
    id: "chat-interrupt",
    sentence: "An interrupt ends the process of `hermes chat`; the next turn works.",
    async run(live) {
      await byChat(live);
      const thread = await live.start();
      // Hermes joins what was not answered with what the user says next: that holds no more.
      const turnId = await live.begin(thread, "hold");
      await live.mock.waitForRequest(({ prompt }) => prompt === "hold");
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "chat-failed",
    sentence:
      "An error of the provider's that `hermes chat` ends with fails the turn in its words.",
    async run(live) {
      await byChat(live);
      const turn = await live.turn(await live.start(), "error: 401");
      assert.equal(turn.turn.status, "failed");
      assert.match(turn.turn.error?.message ?? "", /401/);
    },
  },
];
