import { fieldsOf } from "@fairlead/bridge-core/parts";
import { fakeHost, type FakeProcess } from "@fairlead/bridge-core/testing";
import { expect, test } from "vitest";
import droid from "../src/index.ts";
import { folder, respond, session, settings, signal, threadId } from "./open-thread.ts";

const from = { nativeId: "their-session", fork: false, before: null };

/** Answers what the bridge asks next; resolves with its request. */
async function answered(played: FakeProcess, result: object): Promise<unknown> {
  const frame = await played.nextWrite();
  respond(played, frame, result);
  const { method, params } = fieldsOf(frame);
  return [method, params];
}

/** Resumes a session that Droid says it loads in `loaded`, where the thread's folder is really `itself`. */
async function resumed(loaded: string, itself: string = folder) {
  const host = fakeHost({
    onSpawn(played) {
      if (played.spec.file !== "pwd" || played.spec.cwd !== folder) return;
      played.emitText(itself);
      played.exit();
    },
  });
  const opening = droid(host).openThread(
    { threadId, cwd: folder, settings, instructions: null, mcpServers: [], from },
    { signal },
  );
  const played = await host.nextProcess();
  await answered(played, { ...session, cwd: loaded });
  return { opening, played };
}

test("a session that worked in another folder goes on in the thread's", async () => {
  const { opening, played } = await resumed("/elsewhere");
  expect(await answered(played, { resolvedPath: folder })).toEqual([
    "droid.change_working_directory",
    { workingDirectory: folder },
  ]);
  for (const result of [{ limit: 1000 }, {}, { limit: 1000 }]) await answered(played, result);
  expect((await opening).nativeId).toBe("their-session");
});

test.each([
  ["the thread's own", folder],
  ["what the thread's own is a link to", "/private/project"],
])("a session whose folder is %s stays there", async (_case, loaded) => {
  const { opening, played } = await resumed(loaded, loaded);
  expect(await answered(played, { limit: 1000 })).toEqual(["droid.get_context_stats", {}]);
  for (const result of [{}, { limit: 1000 }]) await answered(played, result);
  expect((await opening).nativeId).toBe("their-session");
});

test("where Droid keeps out of the thread's folder nothing is opened, and it says what to do", async () => {
  const { opening, played } = await resumed("/elsewhere");
  const { id } = fieldsOf(await played.nextWrite());
  const message = `Folder is not trusted: ${folder}. Open it in the Droid CLI and accept the trust prompt, then try again.`;
  played.emit({ type: "response", id, error: { code: -32_600, message } });
  await expect(opening).rejects.toThrow(message);
  expect(played.disposed).toBe(true);
});
