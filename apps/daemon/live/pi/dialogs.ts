import assert from "node:assert/strict";
import { nonceOf } from "@fairlead/testkit";
import { call } from "../agent/steps.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Runs the command that asks in one way; resolves with what was shown and what the extension got. */
async function dialog(live: LiveContext, kind: string, answer: (labels: string[]) => string) {
  const asked = live.answerQuestions(({ options }) =>
    answer((options ?? []).map(({ label }) => label)),
  );
  completed(await live.turn(await live.start(), `/dialog ${kind}`));
  assert.equal(asked.length, 1);
  const got: unknown = JSON.parse(await live.read("chosen"));
  return { question: asked[0]?.question ?? "", got };
}

/** What extensions of the user's ask and do. */
export const dialogs: readonly LiveScenario[] = [
  {
    id: "dialog-select",
    sentence:
      "`ctx.ui.select` of an extension is a question with its options; the answer goes back.",
    async run(live) {
      const { question, got } = await dialog(live, "select", ([, second = ""]) => second);
      assert.deepEqual([question, got], ["Which colour?", "Blue"]);
      const { message } = await live.client.waitFor("warning");
      assert.match(message, /the choice was noted/);
    },
  },
  {
    id: "dialog-confirm",
    sentence: "`ctx.ui.confirm` is a question of Yes and No; Yes is `confirmed: true`.",
    async run(live) {
      const { question, got } = await dialog(live, "confirm", ([yes = ""]) => yes);
      assert.deepEqual([question, got], ["Are you sure?\nIt cannot be undone.", true]);
    },
  },
  {
    id: "dialog-input",
    sentence: "`ctx.ui.input` takes free text.",
    async run(live) {
      const { got } = await dialog(live, "input", () => "forty-two");
      assert.equal(got, "forty-two");
    },
  },
  {
    id: "dialog-editor",
    sentence: "`ctx.ui.editor` shows what is there to be edited.",
    async run(live) {
      const { question, got } = await dialog(live, "editor", () => "a final");
      assert.match(question, /a draft/);
      assert.equal(got, "a final");
    },
  },
  {
    id: "dialog-unanswered",
    sentence: "A dialog without an answer is cancelled for the extension: it gets nothing.",
    async run(live) {
      const { got } = await dialog(live, "select", () => "");
      assert.equal(got, null);
    },
  },
  {
    id: "extension-tool",
    sentence: "A tool of an extension is asked for; its result reaches the model.",
    async run(live) {
      const program = `${call("beep", { pitch: 40 })} ;; say: heard`;
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      const { tool, status } = itemOf(turn.items, "dynamicToolCall");
      assert.deepEqual([tool, status], ["beep", "completed"]);
      assert.match(lastTold(live.mock), /beeped at 42/);
      assert.equal(await live.read("beeped"), "40");
    },
  },
  {
    id: "extension-tool-declined",
    sentence: "Also where edits are free a tool of an extension asks; declined, it does not run.",
    async run(live) {
      const client = await live.connect("auto");
      const settings = { approvalPolicy: "never", sandbox: "workspace-write" } as const;
      const thread = await live.start(settings, client);
      const program = `${call("beep", { pitch: 40 })} ;; say: silent`;
      const turn = await live.turn(thread, program, { client, decide: "decline" });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("beeped"), false);
    },
  },
  {
    id: "extension-speaks",
    sentence: "What an extension says with `sendUserMessage` runs as a turn, to its end.",
    async run(live) {
      const thread = await live.start();
      await live.begin(thread, "/wake nonce: woken");
      const { item } = await live.client.waitFor(
        "item/completed",
        (params) => params.item.type === "agentMessage",
      );
      assert.equal(answerOf({ items: [item] }), nonceOf("woken"));
      completed(await live.turn(thread, "say: still here"));
    },
  },
  {
    id: "commands",
    sentence:
      "Commands of extensions, prompt templates and skills are listed; a template is run by its name.",
    async run(live) {
      const thread = await live.start();
      const { data } = await live.client.request("skills/list", { cwds: [live.folder] });
      const names = data.flatMap(({ skills }) => skills.map(({ name }) => name));
      for (const name of ["dialog", "wave", "greeting"]) {
        assert.ok(
          names.some((known) => known.endsWith(name)),
          `${name} of ${names.join()}`,
        );
      }
      const turn = await live.turn(thread, [
        { type: "skill", name: "wave", path: "" },
        { type: "text", text: "twice", text_elements: [] },
      ]);
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("waved twice"));
    },
  },
];
