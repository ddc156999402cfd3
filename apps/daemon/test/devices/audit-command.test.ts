import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AuditLog } from "../../src/audit/audit-log.ts";
import { auditGateway } from "../../src/audit/audit-observer.ts";
import { showAudit, verifyAudit } from "../../src/audit/command.ts";
import { localOperator } from "../../src/devices/principal.ts";
import { TestLog, temporaryFolder } from "./fixture.ts";

function place() {
  const folder = temporaryFolder();
  const now = () => Date.UTC(2026, 0, 2, 3, 4, 5);
  const open = (maxFileBytes = 100_000) =>
    new AuditLog({ folder, log: new TestLog().log, now, maxFileBytes, maxFiles: 9 });
  let text = "";
  let wake: () => void = () => {};
  const out = {
    write: (part: string) => {
      text += part;
      wake();
    },
  };
  const sees = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) await new Promise<void>((resolve) => (wake = resolve));
  };
  const options = { folder, lines: 50, follow: false, json: false, out };
  const signal = new AbortController().signal;
  return { folder, open, out, sees, options: { ...options, signal }, said: () => text };
}

const event = (text: string) => ({ event: text, device: null });

test("the last lines are shown for people, over all files", async () => {
  const { open, options, said } = place();
  using log = open(200);
  for (const name of ["one", "two", "three"]) log.add(event(name));
  const request = { agent: "claude", method: "command/exec", threadId: "t1", detail: "ls -la" };
  auditGateway(log).requested?.(localOperator, request);
  await showAudit({ ...options, lines: 2 });
  expect(said()).toBe(
    "2026-01-02 03:04:05  fairlead  three\n" +
      "2026-01-02 03:04:05  this machine  requested command/exec  agent=claude  threadId=t1  " +
      'detail="ls -la"\n',
  );
});

test("the role of a device that changed is shown", async () => {
  const { open, options, said } = place();
  using log = open();
  log.add({ event: "device role changed", device: "Phone", role: "view", before: "drive" });
  await showAudit(options);
  expect(said()).toBe("2026-01-02 03:04:05  Phone  device role changed  role=view  before=drive\n");
});

test("with --json the lines are as they are kept", async () => {
  const { folder, open, options, said } = place();
  using log = open();
  log.add(event("one"));
  await showAudit({ ...options, json: true });
  expect(said()).toBe(readFileSync(join(folder, "audit.jsonl"), "utf8"));
});

test("what is added is shown as it comes, also in the next file", async () => {
  const { open, options, sees, said } = place();
  using log = open(300);
  log.add(event("before"));
  const over = new AbortController();
  const shown = showAudit({ ...options, follow: true, signal: over.signal });
  await sees("before\n");
  for (let number = 1; number <= 6; number += 1) {
    log.add(event(`event ${number}`));
    log.add(event(`more of ${number}`));
    await sees(`more of ${number}\n`);
  }
  over.abort();
  await shown;
  expect(said().split("\n")).toHaveLength(1 + 12 + 1);
});

test("a check says how much there is, and what was changed", async () => {
  const { folder, open, out, said } = place();
  await expect(verifyAudit(folder, out)).rejects.toThrow("Nothing has been recorded");
  using log = open();
  for (const name of ["one", "two", "three"]) log.add(event(name));
  await verifyAudit(folder, out);
  expect(said()).toMatch(
    /^3 lines, unbroken from the first one on\. The last one: [0-9a-f]{64}\n$/u,
  );
  const file = join(folder, "audit.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replace("two", "2"));
  appendFileSync(file, "");
  await expect(verifyAudit(folder, out)).rejects.toThrow("audit.jsonl:3: what stood before");
});
