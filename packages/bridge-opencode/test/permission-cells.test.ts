import { expect, test } from "vitest";
import { FakeOpenCode, folder, session } from "./fake-opencode.ts";

/** What every cell of approvals × sandbox is: who answers a command, and an edit in the folder. */
const cells = [
  ["ask", "read-only", "asked", "asked"],
  ["ask", "workspace-write", "asked", "asked"],
  ["ask", "danger-full-access", "asked", "asked"],
  ["auto", "read-only", "asked", "asked"],
  ["auto", "workspace-write", "asked", "granted"],
  ["auto", "danger-full-access", "granted", "granted"],
] as const;
const subjects = [
  { permission: "bash", patterns: ["touch x"], metadata: { command: "touch x" } },
  { permission: "edit", patterns: ["a"], metadata: { filepath: `${folder}/a`, diff: "" } },
] as const;

test.each(cells)("%s × %s: a command is %s, an edit is %s", async (...cell) => {
  const [approvals, sandbox, ...expected] = cell;
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello", { approvals, sandbox });
  const { body } = await open.request("POST /session");
  expect(JSON.stringify(body)).toContain('{"permission":"*","pattern":"*","action":"ask"}');
  const outcomes: string[] = [];
  const answers: number[] = [];
  for (const [at, subject] of subjects.entries()) {
    const id = `per_${at}`;
    open.tell("permission.asked", { id, sessionID: session, always: [], ...subject });
    const asked = opened.next("ask").then(() => "asked");
    const replied = open.request(`POST /permission/${id}/reply`).then(() => "granted");
    outcomes.push(await Promise.race([asked, replied]));
    answers.push(open.count(`POST /permission/${id}/reply`));
  }
  expect(outcomes).toEqual(expected);
  expect(answers).toEqual(expected.map((outcome) => (outcome === "granted" ? 1 : 0)));
});

test.each(cells)("%s × %s: out of plan mode, in which all is asked", async (...cell) => {
  const [approvals, sandbox, command] = cell;
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello", { approvals, sandbox, mode: "plan" });
  open.tell("permission.asked", { id: "per_1", sessionID: session, always: [], ...subjects[0] });
  expect((await opened.next("ask")).id).toBe("per_1");
  await opened.prompt("hello", { approvals, sandbox }, "00000000-0000-7000-8000-00000000cccc");
  open.tell("permission.asked", { id: "per_2", sessionID: session, always: [], ...subjects[0] });
  const outcome = await Promise.race([
    opened.next("ask").then(() => "asked"),
    open.request("POST /permission/per_2/reply").then(() => "granted"),
  ]);
  expect(outcome).toBe(command);
});
