import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AuditLog } from "../../src/audit/audit-log.ts";
import { auditGateway } from "../../src/audit/audit-observer.ts";
import { auditFiles, checkAudit } from "../../src/audit/audit-check.ts";
import { showAudit } from "../../src/audit/command.ts";
import { cleanName } from "../../src/devices/device.ts";
import { localOperator } from "../../src/devices/principal.ts";
import { renderLine } from "../../src/logging/line.ts";
import { TestLog, temporaryFolder } from "../devices/fixture.ts";

/** Clears the screen, both ways; begins a line; turns the direction; hides. */
const hostile = "a\u001B[2J\u009B2J\r\nb\u202Ec\u2066d\u200Be\u2028f";
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test("the log shows nothing from outside that steers a terminal", () => {
  const plain = (text: string): string => text;
  const line = {
    time: hostile,
    level: "warn",
    component: hostile,
    message: hostile,
    data: { [hostile]: hostile },
  } as const;
  const shown = renderLine(line, { dim: plain, ask: plain });
  expect(shown.slice(0, -1)).not.toMatch(steering);
  expect(shown.endsWith("\n")).toBe(true);
});

test("the audit log neither, also of lines that are damaged", async () => {
  const folder = temporaryFolder();
  {
    using log = new AuditLog({ folder, log: new TestLog().log });
    const request = { agent: null, method: hostile, threadId: hostile, detail: hostile };
    auditGateway(log).requested?.(localOperator, request);
  }
  appendFileSync(join(folder, "audit.jsonl"), `{${hostile.replace("\n", "")}\n`);
  let text = "";
  const out = { write: (part: string) => (text += part) };
  const { signal } = new AbortController();
  await showAudit({ folder, lines: 9, follow: false, json: false, out, signal });
  const lines = text.trimEnd().split("\n");
  // A carriage return in a damaged line begins none.
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toMatch(steering);
});

test("no text of a client makes a line of the audit log look changed", async () => {
  const folder = temporaryFolder();
  using log = new AuditLog({ folder, log: new TestLog().log });
  const request = { agent: null, method: "m", threadId: "a\u2028b\u2029c\rd", detail: null };
  auditGateway(log).requested?.(localOperator, request);
  auditGateway(log).requested?.(localOperator, request);
  expect(await checkAudit(await auditFiles(folder))).toMatchObject({ lines: 2, problems: [] });
});

test("nor do names that devices give themselves", () => {
  expect(cleanName(hostile)).not.toMatch(steering);
  expect(cleanName("\u202E\u200B\u001B")).toBeNull();
});
