import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { answerOf, completed, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { dot } from "./steps.ts";

const run = promisify(execFile);

/** Tools that look at files and change them. */
export const files = [
  {
    id: "file-write",
    sentence: "A written file is an addition with its content.",
    async run(live) {
      const program = "write: new.txt = alpha\\nbeta\\n ;; say: written";
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      assert.equal(turn.asked[0]?.method, "item/fileChange/requestApproval");
      const { changes, status } = itemOf(turn.items, "fileChange");
      assert.equal(status, "completed");
      const [change] = changes;
      assert.equal(change?.path, live.path("new.txt"));
      assert.deepEqual(change?.kind, { type: "add" });
      assert.equal(change?.diff, "alpha\nbeta\n");
      assert.equal(await live.read("new.txt"), "alpha\nbeta\n");
    },
  },
  {
    id: "file-edit",
    sentence: "An edit is a change with a true unified diff.",
    async run(live) {
      await live.write("base.txt", "one\nbase\nthree\n");
      const look = live.agent.readStep(live.path("base.txt"));
      const program = `${look} ;; edit: base.txt = base => changed ;; say: edited`;
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      const [change] = itemOf(turn.items, "fileChange").changes;
      assert.equal(change?.kind.type, "update");
      assert.match(change?.diff ?? "", /^@@ -1,3 \+1,3 @@\n one\n-base\n\+changed\n three\n/);
      assert.equal(await live.read("base.txt"), "one\nchanged\nthree\n");
    },
  },
  {
    id: "file-overwrite",
    sentence: "A write over a file is a change, not an addition.",
    async run(live) {
      await live.write("base.txt", "old\nsame\n");
      const look = live.agent.readStep(live.path("base.txt"));
      const program = `${look} ;; write: base.txt = new\\nsame\\n ;; say: over`;
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      const [change] = itemOf(turn.items, "fileChange").changes;
      assert.equal(change?.kind.type, "update");
      assert.match(change?.diff ?? "", /-old\n(?:-same\n)?\+new\n/);
      assert.equal(await live.read("base.txt"), "new\nsame\n");
    },
  },
  {
    id: "file-declined",
    sentence: "A declined write leaves the file as it is.",
    async run(live) {
      await live.write("base.txt", "mine\n");
      const look = live.agent.readStep(live.path("base.txt"));
      const program = `${look} ;; write: base.txt = theirs ;; say: left alone`;
      const turn = await live.turn(await live.start(), program, { decide: "decline" });
      completed(turn);
      assert.equal(itemOf(turn.items, "fileChange").status, "declined");
      assert.equal(answerOf(turn), "left alone");
      assert.equal(await live.read("base.txt"), "mine\n");
    },
  },
  {
    id: "file-failed",
    sentence: "An edit whose text is not there is a failed change and no effect.",
    async run(live) {
      await live.write("base.txt", "mine\n");
      const look = live.agent.readStep(live.path("base.txt"));
      const program = `${look} ;; edit: base.txt = nowhere => x ;; say: no match`;
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      assert.equal(itemOf(turn.items, "fileChange").status, "failed");
      assert.equal(await live.read("base.txt"), "mine\n");
    },
  },
  {
    id: "file-turn-diff",
    sentence: "Edits and what a command wrote show in the turn's diff of a git work tree.",
    async run(live) {
      const git = (...args: string[]) => run("git", args, { cwd: live.folder });
      await live.write("base.txt", "one\n");
      await git("init", "-q");
      await git("add", "base.txt");
      await git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "base");
      const program = "write: new.txt = alpha ;; run: echo two >> base.txt ;; say: changed";
      const thread = await live.start();
      const turn = await live.turn(thread, program, { decide: "accept" });
      completed(turn);
      const diffs = turn.events.flatMap((event) =>
        event.method === "turn/diff/updated" ? [event.params.diff] : [],
      );
      assert.match(diffs.at(-1) ?? "", /\+\+\+ b\/base\.txt[\s\S]*\+two[\s\S]*\+alpha/);
      const { stdout } = await git("status", "--porcelain", "new.txt", "base.txt");
      assert.deepEqual(stdout.trim().split("\n").sort(), ["?? new.txt", "M base.txt"]);
    },
  },
  {
    id: "file-read",
    sentence:
      "Reading a file inside the folder runs unasked and shows as the command that would show the same.",
    async run(live) {
      await live.write("base.txt", "forty-two\n");
      const turn = await live.turn(
        await live.start(),
        `${live.agent.readStep(live.path("base.txt"))} ;; say: seen`,
      );
      completed(turn);
      const item = itemOf(turn.items, "commandExecution");
      assert.equal(item.commandActions[0]?.type, "read");
      assert.match(item.aggregatedOutput ?? "", /forty-two/);
      assert.match(lastTold(live.mock), /forty-two/);
    },
  },
  {
    id: "file-read-image",
    sentence: "Reading a picture hands it to the model.",
    async run(live) {
      await writeFile(live.path("dot.png"), Buffer.from(dot, "base64"));
      const look = live.agent.readStep(live.path("dot.png"));
      const turn = await live.turn(await live.start(), `${look} ;; say: a dot`);
      completed(turn);
      assert.equal(itemOf(turn.items, "imageView").path, live.path("dot.png"));
      assert.match(lastTold(live.mock), /"type":"(?:image|image_url|input_image)"/);
    },
  },
] as const satisfies readonly LiveScenario[];
