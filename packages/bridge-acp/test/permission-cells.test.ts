import { expect, test } from "vitest";
import { folder, openThread } from "./open-thread.ts";

/** What every cell of approvals × sandbox is: who answers a command, and an edit in the folder. */
const cells = [
  ["ask", "read-only", "asked", "asked"],
  ["ask", "workspace-write", "asked", "asked"],
  ["ask", "danger-full-access", "asked", "asked"],
  ["auto", "read-only", "asked", "asked"],
  ["auto", "workspace-write", "asked", "granted"],
  ["auto", "danger-full-access", "granted", "granted"],
] as const;

const kinds = ["allow_always", "allow_once", "reject_once"];
const diff = (path: string) => [{ type: "diff", path, oldText: null, newText: "x\n" }];
const command = { toolCallId: "call-1", kind: "execute", rawInput: { command: "touch x" } };
const edit = { toolCallId: "call-2", kind: "edit", content: diff(`${folder}/a`) };
const once = { outcome: { outcome: "selected", optionId: "option-allow_once" } };

test.each(cells)("%s × %s: a command is %s, an edit is %s", async (...cell) => {
  const [approvals, sandbox, ...expected] = cell;
  const open = await openThread();
  await open.prompt("hello", { approvals, sandbox });
  const outcomes: string[] = [];
  for (const [at, call] of [command, edit].entries()) {
    open.agent.permit(`permission-${at}`, call, ...kinds);
    const asked = open.until("ask").then(() => "asked");
    const granted = open.agent.answered().then(({ result }) => {
      expect(result).toEqual(once);
      return "granted";
    });
    outcomes.push(await Promise.race([asked, granted]));
    if (outcomes.at(-1) === "granted") continue;
    await open.thread.answer(`ask-${at + 1 - outcomes.filter((one) => one === "granted").length}`, {
      type: "accept",
    });
    await granted;
  }
  expect(outcomes).toEqual(expected);
});

const settingsOfPrograms = [
  `${folder}/../other`,
  "/etc/hosts",
  `${folder}/.git/hooks/x`,
  `${folder}/.GIT/hooks/x`,
  `${folder}/.claude/settings.json`,
  `${folder}/.grok/config.toml`,
];

test.each(settingsOfPrograms)(
  "an edit of %s is asked about though edits are granted",
  async (path) => {
    const open = await openThread();
    await open.prompt("hello", { approvals: "auto" });
    open.agent.permit("1", { ...edit, content: diff(path) }, ...kinds);
    const [ask] = (await open.until("ask")).slice(-1);
    expect(ask).toMatchObject({ ask: { kind: "fileChange", key: "call-2" } });
  },
);

test("an edit whose files are not told is asked about though edits are granted", async () => {
  const open = await openThread();
  await open.prompt("hello", { approvals: "auto" });
  open.agent.permit("1", { toolCallId: "call-2", kind: "edit", title: "Edit something" }, ...kinds);
  expect((await open.until("ask")).at(-1)).toMatchObject({ ask: { key: "call-2" } });
});

test.each(["ask", "auto"] as const)(
  "plan mode refuses edits, approvals on %s",
  async (approvals) => {
    const open = await openThread();
    await open.prompt("hello", { approvals, sandbox: "danger-full-access", mode: "plan" });
    open.agent.permit("1", edit, ...kinds);
    const refused = { outcome: { outcome: "selected", optionId: "option-reject_once" } };
    expect((await open.agent.answered()).result).toEqual(refused);
    open.agent.permit("2", command, ...kinds);
    expect((await open.until("ask")).at(-1)).toMatchObject({ ask: { kind: "command" } });
  },
);

test("what can only be allowed for ever is not allowed", async () => {
  const open = await openThread();
  await open.prompt("hello");
  open.agent.permit("1", command, "allow_always", "reject_always");
  await open.until("ask");
  await open.thread.answer("ask-1", { type: "accept" });
  expect((await open.agent.answered()).result).toEqual({ outcome: { outcome: "cancelled" } });
  expect((await open.until("notice")).at(-1)).toMatchObject({
    message: "Plain offered no way to allow this once: it was refused.",
  });
});

test("a refusal for ever is no answer to one no", async () => {
  const open = await openThread();
  await open.prompt("hello");
  open.agent.permit("1", command, "allow_once", "reject_always");
  await open.until("ask");
  await open.thread.answer("ask-1", { type: "decline" });
  expect((await open.agent.answered()).result).toEqual({ outcome: { outcome: "cancelled" } });
});
