import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AuditLog } from "../../src/audit/audit-log.ts";
import { auditGateway } from "../../src/audit/audit-observer.ts";
import type { Principal, Role } from "../../src/devices/principal.ts";
import { TestClock, TestLog, temporaryFolder } from "../devices/fixture.ts";

function watched() {
  const folder = temporaryFolder();
  const clock = new TestClock();
  const log = new AuditLog({ folder, log: new TestLog().log });
  const lines = () => {
    const text = readFileSync(join(folder, "audit.jsonl"), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
  };
  return { clock, observer: auditGateway(log, clock), lines };
}

function device(role: Role): Principal {
  return { id: `id-${role}`, name: role, role, ended: new AbortController().signal };
}

test("a device below drive cannot push what it did out of the log, and its answers stay in", () => {
  const { clock, observer, lines } = watched();
  const wall = device("approve");
  for (let count = 0; count < 500; count += 1) observer.refused?.(wall, "turn/start", "no");
  const answer = { agent: "demo", method: "m", threadId: "t", requestId: "r", decision: "accept" };
  observer.answered?.(wall, answer);
  expect(lines().slice(-2)).toMatchObject([
    { event: "refused: more are left out", device: "approve" },
    { event: "answered", decision: "accept" },
  ]);
  expect(lines()).toHaveLength(122);
  clock.advance(60_000);
  observer.refused?.(wall, "turn/start", "no");
  expect(lines()).toHaveLength(123);
});

test("what a client calls a thread does not make a line of any length", () => {
  const { observer, lines } = watched();
  const threadId = "x".repeat(1_000_000);
  const method = "turn/start";
  observer.requested?.(device("drive"), { agent: null, method, threadId, detail: null });
  expect(JSON.stringify(lines()).length).toBeLessThan(1000);
});
