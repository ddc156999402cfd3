import assert from "node:assert/strict";
import { commands as shared } from "../agent/commands.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { completed, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What becomes of the `Bash` tool. */
export const commands: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "command-output":
      "Bash's `tool_use_result {stdout, stderr}` becomes the command's output and exit code.",
    "command-failure": 'A failed command is the string "Error: Exit code 3" with `is_error`.',
    "command-parallel":
      "Tool results come per tool, in completion order: parallel calls keep their outputs.",
    "command-live-output":
      "After 3.2 s comes `task_started`; `get_task_output` then returns the tail of a command " +
      "that still runs.",
    "command-big-output":
      "A command's `stdout` may be long: 400 KB neither break the turn nor the limit of core.",
  }),
  {
    id: "command-live-flood",
    sentence: "`get_task_output` knows the last 8 KiB: what scrolled past comes with the end.",
    async run(live) {
      const wait = "until [ -e go ]; do sleep 0.1; done";
      const running = live.turn(await live.start(), `run: seq 4000; ${wait} ;; say: ok`, {
        decide: "accept",
      });
      const { delta } = await live.client.waitFor("item/commandExecution/outputDelta");
      assert.ok(delta.endsWith("\n3999\n4000\n") && delta.length <= 8192, `${delta.length}`);
      await live.write("go", "");
      const turn = await running;
      completed(turn);
      const lines = itemOf(turn.items, "commandExecution").aggregatedOutput?.trim().split("\n");
      assert.equal(lines?.length, 4000);
      assert.deepEqual([lines[0], lines[3999]], ["1", "4000"]);
    },
  },
  {
    id: "command-read-only",
    sentence: "Read-only commands (ls, cat) never ask.",
    async run(live) {
      await live.write("secret.txt", "forty-two\n");
      const turn = await live.turn(await live.start(), "run: cat secret.txt ;; say: read");
      completed(turn);
      assert.deepEqual(turn.asked, []);
      assert.equal(itemOf(turn.items, "commandExecution").aggregatedOutput?.trim(), "forty-two");
    },
  },
];
