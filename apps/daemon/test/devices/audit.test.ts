import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditFiles, checkAudit } from "../../src/audit/audit-check.ts";
import { AuditLog, type AuditLogOptions } from "../../src/audit/audit-log.ts";
import { auditDevices, auditGateway } from "../../src/audit/audit-observer.ts";
import { redacted } from "../../src/audit/redact.ts";
import { localOperator } from "../../src/devices/principal.ts";
import { TestLog, temporaryFolder } from "./fixture.ts";

function place(limits: Partial<AuditLogOptions> = {}) {
  const folder = temporaryFolder();
  const file = join(folder, "audit.jsonl");
  const { log, warnings } = new TestLog();
  let now = Date.UTC(2026, 0, 1);
  const open = () => new AuditLog({ folder, log, now: () => (now += 1000), ...limits });
  const check = async () => checkAudit(await auditFiles(folder));
  const events = () =>
    readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
  return { folder, file, warnings, open, check, events };
}

const event = (text: string) => ({ event: text, device: null });

test("every line names the one before, over a restart too", async () => {
  const { file, open, check, events } = place();
  {
    using log = open();
    log.add({ event: "turn started", device: null, threadId: "t1" });
    log.add(event("turn ended"));
  }
  {
    using log = open();
    log.add(event("again"));
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(events()[0]).toMatchObject({
    at: "2026-01-01T00:00:01.000Z",
    event: "turn started",
    device: null,
    threadId: "t1",
    prev: "0".repeat(64),
  });
  expect(await check()).toMatchObject({ lines: 3, complete: true, problems: [] });
});

test.each([
  ["changed", (lines: string[]) => lines.with(1, (lines[1] ?? "").replace("two", "TWO")), ":3"],
  ["taken out", (lines: string[]) => lines.toSpliced(1, 1), ":2"],
  ["put in", (lines: string[]) => lines.toSpliced(1, 0, lines[1] ?? ""), ":3"],
  ["moved", (lines: string[]) => [0, 2, 1, 3].map((index) => lines[index] ?? ""), ":2"],
])("a line that was %s shows", async (_, tamper, where) => {
  const { file, open, check } = place();
  using log = open();
  for (const name of ["one", "two", "three", "four"]) log.add(event(name));
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  writeFileSync(file, `${tamper(lines).join("\n")}\n`);
  const { problems } = await check();
  expect(problems[0]).toContain(`audit.jsonl${where}: what stood before this line`);
});

test("the oldest files go, and the rest still holds together", async () => {
  const { folder, open, check } = place({ maxFileBytes: 1000, maxFiles: 3 });
  using log = open();
  for (let number = 0; number < 60; number += 1) log.add(event(`event ${number}`));
  expect(readdirSync(folder).toSorted()).toEqual(["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"]);
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(Math.max(...sizes)).toBeLessThan(1300);
  expect(await check()).toMatchObject({ complete: false, problems: [] });
});

test("a line that a crash cut off is accounted for; one that somebody cut off is not", async () => {
  const { file, open, check, events } = place();
  {
    using log = open();
    log.add(event("one"));
    log.add(event("two"));
  }
  truncateSync(file, statSync(file).size - 20);
  expect((await check()).problems[0]).toContain(":2: this line is cut off");
  using log = open();
  log.add(event("three"));
  expect((await check()).problems).toEqual([]);
  appendFileSync(file, "{}\n");
  log.add(event("four"));
  expect((await check()).problems.length).toBeGreaterThan(0);
  expect(() => events()).toThrow();
});

test("what cannot be written stops nothing, is warned of once and told later", async () => {
  const { file, warnings, open, check, events } = place();
  mkdirSync(file);
  using log = open();
  log.add(event("lost"));
  log.add(event("lost too"));
  expect(warnings).toEqual([expect.stringContaining("events are missing")]);
  expect(log.lost).toBe(2);
  rmdirSync(file);
  log.add(event("kept"));
  expect(events()).toMatchObject([{ event: "log incomplete", lostEvents: 2 }, { event: "kept" }]);
  expect((await check()).problems).toEqual([]);
});

test("who did what, without the words of a user and without secrets", () => {
  const { file, open, events } = place();
  using log = open();
  const observer = auditGateway(log);
  const key = `sk-ant-${"x".repeat(30)}`;
  const common = { agent: "claude", threadId: "t1" };
  observer.requested?.(localOperator, {
    ...common,
    method: "turn/start",
    detail: "my private words",
  });
  const command = `curl -H "Authorization: Bearer ${key}" ${"y".repeat(300)}`;
  observer.requested?.(localOperator, { ...common, method: "command/exec", detail: command });
  const method = "item/commandExecution/requestApproval";
  observer.answered?.(localOperator, {
    ...common,
    method,
    requestId: "r1",
    decision: "accept",
    detail: "rm x",
  });
  observer.refused?.(localOperator, "turn/start", "not allowed");
  const text = readFileSync(file, "utf8");
  expect(text).not.toContain("private words");
  expect(text).not.toContain(key);
  expect(events()).toMatchObject([
    { event: "requested", device: "this machine", role: "admin", method: "turn/start" },
    { event: "requested", detail: expect.stringMatching(/^curl .*\[redacted\].*…$/u) },
    { event: "answered", method, requestId: "r1", decision: "accept", detail: "rm x" },
    { event: "refused", method: "turn/start", reason: "not allowed" },
  ]);
});

test("what happens to devices, without their keys", () => {
  const { file, open, events } = place();
  using log = open();
  const tell = auditDevices(log);
  const device = {
    id: "d1",
    name: "Phone",
    role: "view",
    identity: { kind: "token", sha256: "a".repeat(64) },
    createdAtMs: 0,
    lastSeenAtMs: null,
    pairedBy: "a yes on this machine",
  } as const;
  tell({ kind: "paired", device, origin: "alleycat k1" });
  tell({ kind: "role changed", device, before: "drive" });
  tell({ kind: "refused", origin: "websocket 192.0.2.1:5", reason: "invalid token" });
  expect(events()).toMatchObject([
    { event: "device paired", device: "Phone", deviceId: "d1", pairedBy: "a yes on this machine" },
    { event: "device role changed", role: "view", before: "drive" },
    { event: "connection refused", origin: "websocket 192.0.2.1:5", reason: "invalid token" },
  ]);
  expect(readFileSync(file, "utf8")).not.toContain("a".repeat(64));
});

test.each([
  ["git push https://me:hunter2@example.com/x", "git push https://me:[redacted]@example.com/x"],
  ["API_KEY=abc123 run", "API_KEY=[redacted] run"],
  ["login --password 'a b' --user me", "login --password [redacted] --user me"],
  ['x --token="abc def"', 'x --token="[redacted]"'],
  [`echo ghp_${"A".repeat(36)} now`, "echo [redacted] now"],
  [`cat ${"0a".repeat(32)}`, "cat [redacted]"],
  ["AKIAIOSFODNN7EXAMPLE", "[redacted]"],
  ["npm-check-updates --deep && ls -la ./tokens", "npm-check-updates --deep && ls -la ./tokens"],
  ["a\nb\u001B[31m\u202Ec", "a b [31m c"],
])("redacted: %j", (text, expected) => {
  expect(redacted(text)).toBe(expected);
});
