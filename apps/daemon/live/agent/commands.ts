import assert from "node:assert/strict";
import { answerOf, completed, itemOf, itemsOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What becomes of the `Bash` tool. */
export const commands = [
  {
    id: "command-output",
    sentence: "A command's output and exit code reach the client, its effect the disk.",
    async run(live) {
      const program = "run: echo $((40 + 2)); echo oops >&2; touch made ;; say: finished";
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      const item = itemOf(turn.items, "commandExecution");
      assert.deepEqual([item.status, item.exitCode, item.cwd], ["completed", 0, live.folder]);
      assert.match(item.aggregatedOutput ?? "", /^42\noops\n?$/);
      assert.equal(answerOf(turn), "finished");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "command-failure",
    sentence: "A failed command tells its exit code and the turn goes on.",
    async run(live) {
      const program = "run: echo before; touch made; exit 3 ;; say: went on";
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      const item = itemOf(turn.items, "commandExecution");
      assert.deepEqual([item.status, item.exitCode], ["failed", 3]);
      assert.equal(item.aggregatedOutput?.trim(), "before");
      assert.equal(answerOf(turn), "went on");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "command-parallel",
    sentence: "Parallel calls keep their own outputs and each is asked about.",
    async run(live) {
      const program =
        "parallel: sleep 1; echo slow > a; cat a ### echo quick > b; cat b ### touch c ;; say: all";
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      assert.equal(turn.asked.length, 3);
      const outputs = itemsOf(turn.items, "commandExecution").map((item) => [
        item.commandActions[0]?.command.split(";")[0],
        item.aggregatedOutput?.trim(),
      ]);
      const expected = [
        ["echo quick > b", "quick"],
        ["sleep 1", "slow"],
        ["touch c", ""],
      ];
      outputs.sort(([a = ""], [b = ""]) => a.localeCompare(b));
      assert.deepEqual(outputs, expected);
      for (const name of ["a", "b", "c"]) assert.ok(await live.made(name), name);
    },
  },
  {
    id: "command-live-output",
    sentence: "The output of a command that still runs is on the wire before it ends.",
    async run(live) {
      const thread = await live.start();
      // The command ends only after its first output has been seen on the wire.
      const program = "run: echo early; until [ -e go ]; do sleep 0.1; done; echo late ;; say: ok";
      const running = live.turn(thread, program, { decide: "accept" });
      const { delta, itemId } = await live.client.waitFor("item/commandExecution/outputDelta");
      assert.equal(delta, "early\n");
      await live.write("go", "");
      const turn = await running;
      completed(turn);
      const item = itemOf(turn.items, "commandExecution");
      assert.equal(item.id, itemId);
      assert.equal(item.aggregatedOutput?.trimEnd(), "early\nlate");
    },
  },
  {
    id: "command-big-output",
    sentence: "400 KB of output break neither the turn nor the limit of core.",
    async run(live) {
      const program =
        "run: head -c 400000 /dev/zero | tr '\\0' x | fold -w 99; touch made ;; say: small";
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      const { aggregatedOutput, exitCode } = itemOf(turn.items, "commandExecution");
      assert.equal(exitCode, 0);
      const length = aggregatedOutput?.length ?? 0;
      assert.ok(length > 1000 && length <= 300_000, `${length} characters`);
      assert.equal(answerOf(turn), "small");
      assert.ok(await live.made("made"));
    },
  },
] as const satisfies readonly LiveScenario[];
