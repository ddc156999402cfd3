import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { nonceOf } from "@fairlead/testkit";
import { failing, retriesOf, tries } from "../agent/errors.ts";
import { wrap } from "../agent/program.ts";
import { call } from "../agent/steps.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, failureOf, itemOf, itemsOf, lastTold } from "../expect.ts";
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

/** Calls a tool for reading, which may miss its `rg` here; resolves with the command it shows as. */
async function reading(live: LiveContext, tool: string, input: Readonly<Record<string, unknown>>) {
  await live.write("base.txt", "forty-two\n");
  const turn = await live.turn(await live.start(), `${call(tool, input)} ;; say: seen`);
  completed(turn);
  const item = itemOf(turn.items, "commandExecution");
  return item.commandActions[0]?.type;
}

/** What only OpenCode does, or does in a way of its own. */
export const own: readonly LiveScenario[] = [
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
    id: "approval-guarded",
    sentence:
      "What programs run by (`.git`, `.opencode`, …) is asked about also where edits are free.",
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
    id: "tool-grep",
    sentence: "`grep` runs unasked and shows as a search.",
    async run(live) {
      assert.equal(await reading(live, "grep", { pattern: "forty" }), "search");
    },
  },
  {
    id: "tool-glob",
    sentence: "`glob` runs unasked and shows as a listing or a search for files.",
    async run(live) {
      assert.match(
        (await reading(live, "glob", { pattern: "*.txt" })) ?? "",
        /^(?:listFiles|search)$/,
      );
    },
  },
  {
    id: "tool-unknown",
    sentence: "`tool: invalid`: a tool nobody offers is an error for the model; the turn goes on.",
    async run(live) {
      const turn = await live.turn(
        await live.start(),
        `${call("nosuch", { a: 1 })} ;; say: never mind`,
      );
      completed(turn);
      assert.equal(answerOf(turn), "never mind");
      assert.equal(itemsOf(turn.items, "dynamicToolCall").length, 1);
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
    id: "question-unanswered",
    sentence:
      "A question without an answer is rejected: the turn ends and the thread takes the next.",
    async run(live) {
      live.answerQuestions(() => "");
      const thread = await live.start();
      const turn = await live.turn(thread, "ask: Which colour? ;; say: guessing");
      assert.notEqual(turn.turn.status, "failed");
      assert.doesNotMatch(lastTold(live.mock), /[\\"]+=[\\"]+Blue/);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "output-schema",
    sentence:
      "`format: json_schema`: the StructuredOutput tool's input is the answer, for that turn only.",
    async run(live) {
      const thread = await live.start();
      const properties = { answer: { type: "number" } };
      const outputSchema = { type: "object", properties, required: ["answer"] };
      const program = call("StructuredOutput", { answer: 42 });
      const turn = await live.turn(thread, program, { outputSchema });
      completed(turn);
      assert.deepEqual(JSON.parse(answerOf(turn)), { answer: 42 });
      assert.ok(!echoOf(await live.turn(thread, "echo")).tools.includes("StructuredOutput"));
    },
  },
  {
    id: "commands",
    sentence: "Commands of the project are listed; one is run by its name, its words put in.",
    async run(live) {
      await mkdir(live.path(".opencode/command"), { recursive: true });
      await live.write(".opencode/command/wave.md", "nonce: waved $ARGUMENTS");
      const thread = await live.start();
      const { data } = await live.client.request("skills/list", { cwds: [live.folder] });
      const names = data.flatMap(({ skills }) => skills.map(({ name }) => name));
      assert.ok(names.includes("wave"), names.join());
      const turn = await live.turn(thread, "/wave twice");
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("waved twice"));
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
  {
    id: "compact-auto",
    sentence: "A context that is nearly full is compacted in front of the next answer.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${"a story ".repeat(60)}`));
      const full = await live.turn(thread, "tokens: 199000");
      const turn = await live.turn(thread, "say: goes on");
      completed(turn);
      const compactions = itemsOf([...full.items, ...turn.items], "contextCompaction");
      assert.equal(compactions.length, 1);
      assert.match(lastTold(live.mock), /Mock summary/);
    },
  },
  {
    id: "error-400",
    sentence: "A 400 fails the turn at once, with the provider's words.",
    async run(live) {
      const turn = await failing(live, "400", "badRequest");
      assert.match(failureOf(turn).message, /mock: bad request/);
      assert.deepEqual(retriesOf(turn), []);
    },
  },
  {
    id: "error-401",
    sentence: "A 401 is no login: asked once.",
    async run(live) {
      await failing(live, "401", "unauthorized");
      assert.equal(tries(live, "error: 401"), 1);
    },
  },
  {
    id: "error-429",
    sentence: "One 429 is waited out and told as a retry.",
    async run(live) {
      const program = "error: 429 x1 ;; say: in time";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "in time");
      assert.equal(retriesOf(turn).length, 1);
      assert.equal(tries(live, program), 2);
    },
  },
  {
    id: "error-500-interrupted",
    sentence: "OpenCode would retry a 500 for ever: a retry is told, and an interrupt ends them.",
    async run(live) {
      const threadId = await live.start();
      const turnId = await live.begin(threadId, "error: 500");
      await live.client.waitFor("error", ({ turnId: of, willRetry }) => of === turnId && willRetry);
      await live.client.request("turn/interrupt", { threadId, turnId });
      assert.equal((await live.ended(threadId, turnId)).status, "interrupted");
      completed(await live.turn(threadId, "say: alive"));
    },
  },
  {
    id: "error-context-recovered",
    sentence: "`ContextOverflowError`: a full context window is compacted and the turn goes on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${"a story ".repeat(60)}`));
      const turn = await live.turn(thread, "error: context x1 ;; say: it fits");
      completed(turn);
      itemOf(turn.items, "contextCompaction");
    },
  },
  {
    id: "model-unknown",
    sentence: "A model nobody has fails the turn with its name, and the thread takes another.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "say: never", { model: "mock/nonsuch" });
      assert.match(failureOf(turn).message, /nonsuch/);
      completed(await live.turn(thread, "say: again", { model: "mock/mock-model" }));
    },
  },
  {
    id: "exit-at-start",
    sentence: "A server that ends before it listens is a sentence with its last words.",
    async run(live) {
      await wrap(live, `echo "out of luck" >&2; exit 3`);
      const failed = live.start().then(async (thread) => {
        throw new Error(failureOf(await live.turn(thread, "say: never")).message);
      });
      await assert.rejects(failed, /exit code 3[\s\S]*out of luck/);
    },
  },
];
