import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { failing, retriesOf, tries } from "../agent/errors.ts";
import { wrap } from "../agent/program.ts";
import { call } from "../agent/steps.ts";
import { answerOf, completed, echoOf, failureOf, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

const unaskedEdits = { approvalPolicy: "never", sandbox: "workspace-write" } as const;

/** What only Pi does, or does in a way of its own. */
export const own: readonly LiveScenario[] = [
  {
    id: "settings-untouched",
    sentence: "`set_model` and `set_thinking_level` are not used where they write `settings.json`.",
    async run(live) {
      const thread = await live.start();
      const { otherModel: model } = live.agent;
      const turn = await live.turn(thread, "echo", { model, effort: "high" });
      assert.deepEqual([echoOf(turn).model, echoOf(turn).effort], ["mock-other", "high"]);
      const fresh = echoOf(await live.turn(await live.start(), "echo"));
      assert.equal(fresh.model, "mock-model");
    },
  },
  {
    id: "approval-link",
    sentence: "A link that leads out of the folder is asked about, however its path looks.",
    async run(live) {
      const outside = await live.stage.project();
      await symlink(outside, live.path("inside"));
      const client = await live.connect("auto");
      const thread = await live.start(unaskedEdits, client);
      const turn = await live.turn(thread, "write: inside/made = x ;; say: stayed in", {
        client,
        decide: "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("inside/made"), false);
    },
  },
  {
    id: "plan-mode-effects",
    sentence: "In plan mode the extension refuses a write without a question; the turn goes on.",
    async run(live) {
      const settings = {
        model: "mock/mock-model",
        reasoning_effort: null,
        developer_instructions: null,
      };
      const turn = await live.turn(await live.start(), "write: made = x ;; say: only planned", {
        collaborationMode: { mode: "plan", settings },
      });
      completed(turn);
      assert.deepEqual(turn.asked, []);
      assert.equal(answerOf(turn), "only planned");
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "tool-unknown",
    sentence: "A tool Pi does not offer is an error for the model; the turn goes on.",
    async run(live) {
      const program = `${call("nosuch", { path: live.path("made") })} ;; say: never mind`;
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      const item = itemOf(turn.items, "dynamicToolCall");
      assert.deepEqual([item.tool, item.status], ["nosuch", "failed"]);
      assert.match(lastTold(live.mock), /nosuch not found/);
    },
  },
  {
    id: "compact-auto",
    sentence:
      "A context that is nearly full is compacted behind the answer, and the turn goes on to its end.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${"a story ".repeat(60)}`));
      completed(await live.turn(thread, `say: ${"a longer story ".repeat(60)}`));
      const full = await live.turn(thread, "tokens: 199000");
      completed(full);
      itemOf(full.items, "contextCompaction");
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.ok(
        userTexts.every((said) => !said.startsWith("say: a story")),
        userTexts.join(),
      );
      assert.match(lastTold(live.mock), /Mock summary/);
    },
  },
  {
    id: "error-context",
    sentence:
      "A full context window is compacted and the prompt tried once more, before it is told.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${"a story ".repeat(60)}`));
      const turn = await live.turn(thread, "error: context");
      itemOf(turn.items, "contextCompaction");
      assert.equal(failureOf(turn).codexErrorInfo, "contextWindowExceeded");
      assert.equal(tries(live, "error: context"), 2);
    },
  },
  {
    id: "error-500",
    sentence: "Three retries are told before a 500 fails the turn; the next turn works.",
    async run(live) {
      const turn = await failing(live, "500", "internalServerError");
      assert.equal(retriesOf(turn).length, 3);
      // Before 0.80 the provider's own client tries each of them again.
      assert.ok(tries(live, "error: 500") >= 4);
    },
  },
  {
    id: "error-quota",
    sentence: "A quota that is used up is a usage limit, and not tried again.",
    async run(live) {
      await failing(live, "quota", "usageLimitExceeded");
      assert.equal(tries(live, "error: quota"), 1);
    },
  },
  {
    id: "model-unknown",
    sentence:
      "`--model` of a provider nobody has fails with its name; the thread is not half open.",
    async run(live) {
      const failed = live.start({ model: "nowhere/nonsuch" }).then(async (thread) => {
        throw new Error(failureOf(await live.turn(thread, "say: never")).message);
      });
      await assert.rejects(failed, /nonsuch/);
    },
  },
  {
    id: "other-version",
    sentence: "A version outside the tested ones is one warning, never a refusal.",
    async run(live) {
      const version = `if [ "$1" = --version ]; then echo 9.8.7; exit; fi`;
      await wrap(live, `${version}; exec "${live.agent.command}" "$@"`);
      completed(await live.turn(await live.start(), "say: works"));
      const { message } = await live.client.waitFor("warning");
      assert.match(message, /9\.8\.7/);
    },
  },
  {
    id: "unknown-frames",
    sentence: "An event of unknown type, or a line that is no JSON, loses nothing.",
    async run(live) {
      const noise = '/"type":"agent_end"/i {"type":"brand_new","x":1}\\nnot json at all';
      const command = `"${live.agent.command}" "$@"`;
      const version = `if [ "$1" = --version ]; then exec ${command}; fi`;
      await wrap(live, `${version}; ${command} | sed -u '${noise}'`);
      const turn = await live.turn(await live.start(), "run: touch made ;; say: all there", {
        decide: "accept",
      });
      completed(turn);
      assert.equal(answerOf(turn), "all there");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "exit-without-end",
    sentence: "Exit 0 in the middle of a turn fails it with the last words on stderr.",
    async run(live) {
      const command = `"${live.agent.command}" "$@"`;
      const version = `if [ "$1" = --version ]; then exec ${command}; fi`;
      await wrap(live, `${version}; ${command}; echo "out of luck" >&2; exit 0`);
      const thread = await live.start();
      const turn = await live.turn(thread, "run: kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /exit code 0[\s\S]*out of luck/);
    },
  },
  {
    id: "project-extension",
    sentence: "An extension that a folder brings does not run: nobody has been asked to trust it.",
    async run(live) {
      await mkdir(live.path(".pi/extensions"), { recursive: true });
      const extension = `import { writeFileSync } from "node:fs";
export default () => writeFileSync("loaded", "");
`;
      await live.write(".pi/extensions/own.ts", extension);
      completed(await live.turn(await live.start(), "say: careful"));
      assert.equal(await live.made("loaded"), false);
    },
  },
];
