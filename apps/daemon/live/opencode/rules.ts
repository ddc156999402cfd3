import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { call } from "../agent/steps.ts";
import { answerOf, completed, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** The answer to a question that may be refused. */
const no = { answers: ["No"] };

/** Makes a turn one of the agent `plan`. */
const planMode = {
  collaborationMode: {
    mode: "plan",
    settings: { model: "mock/mock-model", reasoning_effort: null, developer_instructions: null },
  },
} as const;

/** Who is asked before what: rules of the user's, modes, and what OpenCode would do unasked. */
export const rules: readonly LiveScenario[] = [
  {
    id: "approval-always-kept",
    sentence:
      "`always` would hold for the whole project: another thread of the folder is asked anew.",
    async run(live) {
      const program = "run: echo x >> log ;; say: done";
      const [first, second] = [await live.start(), await live.start()];
      completed(await live.turn(first, program, { decide: "acceptForSession" }));
      const unasked = await live.turn(first, program);
      completed(unasked);
      const other = await live.turn(second, program, { decide: "decline" });
      completed(other);
      assert.deepEqual([unasked.asked.length, other.asked.length], [0, 1]);
      assert.equal(await live.read("log"), "x\nx\n");
    },
  },
  {
    id: "approval-users-allow",
    sentence: "A rule `bash: allow` of the project's own settings lets no command run unasked.",
    async run(live) {
      await live.write("opencode.json", JSON.stringify({ permission: { bash: "allow" } }));
      const turn = await live.turn(await live.start(), "run: touch made ;; say: asked", {
        decide: "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "approval-users-deny",
    sentence: "A rule `bash: deny` of the user's stays, whatever a client allows.",
    async run(live) {
      await live.write("opencode.json", JSON.stringify({ permission: { bash: "deny" } }));
      const client = await live.connect("auto");
      const free = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
      const thread = await live.start(free, client);
      const turn = await live.turn(thread, "run: touch made ;; say: forbidden", { client });
      completed(turn);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "plan-mode",
    sentence: "Plan mode is the agent `plan`: what it would write is not written unasked.",
    async run(live) {
      const turn = await live.turn(await live.start(), "write: made = x ;; say: only planned", {
        ...planMode,
        decide: "decline",
      });
      completed(turn);
      assert.equal(answerOf(turn), "only planned");
      assert.equal(await live.made("made"), false);
      assert.match(lastTold(live.mock), /[Pp]lan mode/);
    },
  },
  {
    id: "web-fetch-declined",
    sentence: "`webfetch` is asked for; declined, nothing is fetched.",
    async run(live) {
      const fetch = call("webfetch", { url: `${live.mock.url}/page`, format: "text" });
      const turn = await live.turn(await live.start(), `${fetch} ;; say: offline`, {
        decide: "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.ok(live.mock.requests.every(({ path }) => path !== "/page"));
    },
  },
  {
    id: "command-shell",
    sentence: "A command whose template runs a shell line is put to the user before it does.",
    async run(live) {
      await mkdir(live.path(".opencode/command"), { recursive: true });
      await live.write(".opencode/command/sly.md", "say: !`touch made; echo slipped`");
      const asked = live.answerQuestions(({ options }) => options?.at(-1)?.label ?? "");
      const { turn } = await live.turn(await live.start(), "/sly");
      assert.notEqual(turn.status, "completed");
      assert.match(asked[0]?.question ?? "", /touch made/);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "share-asks",
    sentence: "`/share` uploads the conversation, so it is always asked about, and a no is a no.",
    async run(live) {
      const client = await live.connect("auto");
      const free = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
      const thread = await live.start(free, client);
      completed(await live.turn(thread, "say: between us", { client }));
      const asked: string[] = [];
      live.own(
        client.onServerRequest("item/tool/requestUserInput", ({ questions }) => {
          asked.push(...questions.map(({ question }) => question));
          return { answers: Object.fromEntries(questions.map(({ id }) => [id, no])) };
        }),
      );
      const { turn } = await live.turn(thread, "/share", { client });
      assert.equal(turn.status, "interrupted");
      assert.match(asked.join(), /uploads/);
    },
  },
];
