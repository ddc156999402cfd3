import { fieldsOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import { type OpenedThread, askCommand, openThread, settings } from "./open-thread.ts";

/** What every cell of approvals × sandbox is to Claude: its mode, and who answers what it asks. */
const cells = [
  ["ask", "read-only", "default", "asked"],
  ["ask", "workspace-write", "default", "asked"],
  ["ask", "danger-full-access", "default", "asked"],
  ["auto", "read-only", "default", "asked"],
  ["auto", "workspace-write", "acceptEdits", "asked"],
  ["auto", "danger-full-access", "default", "granted"],
] as const;

test.each(cells)("%s × %s: Claude is started with --permission-mode %s", async (...cell) => {
  const [approvals, sandbox, mode] = cell;
  const opened = await openThread({ settings: { ...settings, approvals, sandbox } });
  const { args } = opened.claude.spec;
  expect(args.slice(args.indexOf("--permission-mode"))[1]).toBe(mode);
  expect(args).not.toContain("bypassPermissions");
  expect(args).not.toContain("--dangerously-skip-permissions");
  await opened.thread[Symbol.asyncDispose]();
});

test.each(cells)("%s × %s: out of plan mode Claude gets %s, its command is %s", async (...cell) => {
  const [approvals, sandbox, mode, outcome] = cell;
  const opened = await openThread({ settings: { ...settings, mode: "plan" } });
  await opened.prompt({ approvals, sandbox });
  const told = opened.claude.written.map((frame) => fieldsOf(fieldsOf(frame)["request"]));
  expect(told).toContainEqual({ subtype: "set_permission_mode", mode });
  askCommand(opened.claude, "touch x");
  expect(await outcomeOf(opened)).toBe(outcome);
  await opened.thread[Symbol.asyncDispose]();
});

/** Whether Claude has its answer before the user was asked. */
async function outcomeOf(opened: OpenedThread): Promise<string> {
  expect((await opened.next()).op).toBe("open");
  const first = await Promise.race([
    opened.next().then(({ op }) => (op === "ask" ? "asked" : op)),
    opened.written().then((frame) => {
      const { behavior } = fieldsOf(fieldsOf(frame["response"])["response"]);
      return behavior === "allow" ? "granted" : JSON.stringify(frame);
    }),
  ]);
  return first;
}
