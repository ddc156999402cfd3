import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CodexClient, leaveToOthers } from "@fairlead/client";
import { createLawChecker } from "@fairlead/conformance/laws";
import { expect, test } from "vitest";
import { type Running, type Sandbox, sandbox } from "./run-fairlead.ts";

const approval = "item/commandExecution/requestApproval";

async function serve(place: Sandbox): Promise<{
  readonly daemon: Running;
  /** Address of the demo agent. */
  readonly url: string;
  readonly token: string;
}> {
  const daemon = place.start(["serve", "--port", "0", "--no-alleycat"]);
  const [, url = ""] = await daemon.until(/websocket\s+(ws:\/\/127\.0\.0\.1:\d+)/u);
  await daemon.until(/Stop with Ctrl-C/u);
  const token = (
    await readFile(join(place.folder, "data", "state", "operator-token"), "utf8")
  ).trim();
  return { daemon, url: `${url}/agents/demo`, token };
}

test("a phone that is lost while asked comes back to the question, and its answer counts", async () => {
  await using place = await sandbox();
  const { daemon, url, token } = await serve(place);
  const laws = createLawChecker();
  const connect = (cursor?: number): Promise<CodexClient> =>
    CodexClient.connect(url, {
      clientInfo: { name: "phone", version: "0" },
      token,
      session: { device: "phone", ...(cursor !== undefined && { cursor }) },
      onFrame: (direction, frame) => laws[direction](frame),
    });
  const before = await connect();
  const asked = new Promise<void>((resolve) => {
    before.onServerRequest(approval, () => {
      resolve();
      return leaveToOthers();
    });
  });
  const { thread } = await before.request("thread/start", {});
  const input = [{ type: "text" as const, text: "run: touch made", text_elements: [] }];
  await before.request("turn/start", { threadId: thread.id, input });
  await asked;
  expect(existsSync(join(place.folder, "made"))).toBe(false);
  const seen = before.cursor ?? 0;
  await before.close();

  laws.reattach();
  await using after = await connect(seen);
  expect(after.session?.attached).toBe("resumed");
  after.onServerRequest(approval, () => ({ decision: "accept" }));
  const { turn } = await after.waitFor("turn/completed");
  expect(turn.status).toBe("completed");
  expect(existsSync(join(place.folder, "made"))).toBe(true);
  expect(laws.finish()).toEqual([]);

  const last = after.cursor ?? 0;
  daemon.child.kill("SIGKILL");
  await daemon.exitCode;
  const next = await serve(place);
  await using anew = await CodexClient.connect(next.url, {
    clientInfo: { name: "phone", version: "0" },
    token: next.token,
    session: { device: "phone", cursor: last },
  });
  expect(anew.session).toMatchObject({ attached: "drift" });
  expect(anew.session?.seq).toBeGreaterThan(last);
  const { data } = await anew.request("thread/list", {});
  expect(data.map(({ id }) => id)).toEqual([thread.id]);
});
