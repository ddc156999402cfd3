import assert from "node:assert/strict";
import type { LiveContext, LiveTurn } from "../context.ts";
import { completed, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** A model whose tool for files is `ApplyPatch`. */
const model = "custom:mock-patch-0";

/** Lets Droid patch the file `base.txt`; resolves with its turn. */
async function patching(
  live: LiveContext,
  program: string,
  decide: "accept" | "decline",
): Promise<LiveTurn> {
  await live.write("base.txt", "one\nbase\nthree\n");
  const look = live.agent.readStep(live.path("base.txt"));
  const thread = await live.start({ model });
  const turn = await live.turn(thread, `${look} ;; ${program} ;; say: patched`, { decide });
  completed(turn);
  assert.deepEqual(
    turn.asked.map(({ method }) => method),
    ["item/fileChange/requestApproval"],
  );
  return turn;
}

/** What models do that change files by patches. */
export const patches: readonly LiveScenario[] = [
  {
    id: "patch-update",
    sentence: "`ApplyPatch` is asked for, and shows as a true unified diff.",
    async run(live) {
      const turn = await patching(live, "edit: base.txt = base => changed", "accept");
      const [change] = itemOf(turn.items, "fileChange").changes;
      assert.deepEqual([change?.path, change?.kind.type], [live.path("base.txt"), "update"]);
      assert.match(change?.diff ?? "", /^@@ -1,3 \+1,3 @@\n one\n-base\n\+changed\n three\n/);
      assert.equal(await live.read("base.txt"), "one\nchanged\nthree\n");
    },
  },
  {
    id: "patch-declined",
    sentence: "A declined patch changes nothing.",
    async run(live) {
      const turn = await patching(live, "edit: base.txt = base => changed", "decline");
      assert.equal(itemOf(turn.items, "fileChange").status, "declined");
      assert.equal(await live.read("base.txt"), "one\nbase\nthree\n");
    },
  },
  {
    id: "patch-delete",
    sentence: "A patch that deletes a file is a deletion with what was in it.",
    async run(live) {
      const turn = await patching(live, "rm: base.txt", "accept");
      const [change] = itemOf(turn.items, "fileChange").changes;
      assert.deepEqual(change?.kind, { type: "delete" });
      assert.equal(change.diff, "one\nbase\nthree\n");
      assert.equal(await live.made("base.txt"), false);
    },
  },
  {
    id: "patch-rename",
    sentence: "A patch that moves a file is a change of it with its new place.",
    async run(live) {
      const input = [
        "*** Begin Patch",
        "*** Update File: base.txt",
        "*** Move to: moved.txt",
        "@@",
        "-base",
        "+changed",
        "*** End Patch",
      ].join("\n");
      const turn = await patching(live, `tool: ApplyPatch ${input}`, "accept");
      const [change] = itemOf(turn.items, "fileChange").changes;
      assert.deepEqual(change?.kind, { type: "update", move_path: live.path("moved.txt") });
      assert.equal(await live.read("moved.txt"), "one\nchanged\nthree\n");
      assert.equal(await live.made("base.txt"), false);
    },
  },
];
