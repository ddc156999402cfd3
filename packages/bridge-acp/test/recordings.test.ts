import type { ThreadOp } from "@fairlead/bridge-core";
import { AcpTranslator, fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { describe, expect, test } from "vitest";
import { folder, recorded } from "./open-thread.ts";

/** Three turns of a real agent: it runs a command, writes a file, changes it, each allowed once. */
function opsOf(name: string): readonly ThreadOp[] {
  const translator = new AcpTranslator(folder);
  const ops: ThreadOp[] = [];
  for (const { frame } of recorded(name).frames) {
    const { method, params, result } = frame;
    const { update, toolCall } = fieldsOf(params);
    if (method === "session/update") ops.push(...(translator.translate(fieldsOf(update)) ?? []));
    if (method === "session/request_permission") {
      ops.push(...translator.call(fieldsOf(toolCall), true));
    }
    if (fieldsOf(result)["stopReason"] !== undefined) ops.push(...translator.end(fieldsOf(result)));
  }
  return ops;
}

const agents = ["claude-agent-acp", "codex-acp", "gemini", "opencode"];

describe.each(agents)("what %s does", (name) => {
  const ops = opsOf(name);
  const closed = ops.flatMap((op) => (op.op === "close" && op.item !== undefined ? [op] : []));
  const items = new Map(ops.flatMap((op) => (op.op === "open" ? [[op.key, op.item]] : [])));

  test("is a command with its output, and its exit code where that is told", () => {
    const [command] = closed;
    expect(command).toMatchObject({ status: "completed", item: { type: "command" } });
    expect(items.get(command?.key ?? "")).toMatchObject({ command: "echo hi && touch made" });
    expect(command?.output?.trim()).toBe("hi");
    const exitCode = command?.item?.type === "command" ? command.item.exitCode : undefined;
    expect(exitCode).toBe(name === "gemini" ? undefined : 0);
  });

  test("is a new file, and a change of it, by absolute paths", () => {
    const path = `${folder}/new.txt`;
    const changes = closed.flatMap(({ item }) =>
      item?.type === "fileChange" ? (item.changes ?? []) : [],
    );
    const told = changes.map((change) => ({
      ...change,
      // Only a patch says it.
      diff: change.diff.replaceAll("\n\\ No newline at end of file", "").trim(),
    }));
    expect(told).toEqual([
      { path, kind: "add", diff: "hello" },
      { path, kind: "update", diff: "@@ -1,1 +1,1 @@\n-hello\n+bye" },
    ]);
  });

  test("opens each item once it is known, closes it, and says every text under a key of its own", () => {
    const keys = ops.flatMap((op) => (op.op === "open" ? [op.key] : []));
    const messages = [...items].filter(([, { type }]) => type === "message");
    expect(messages).toHaveLength(3);
    for (const key of new Set(keys)) {
      expect(ops.filter((op) => op.op === "close" && op.key === key)).toHaveLength(1);
    }
    const texts = messages.map(([key]) =>
      ops.map((op) => (op.op === "text" && op.key === key ? op.delta : "")).join(""),
    );
    expect(texts.every((text) => textOf(text).startsWith("done:"))).toBe(true);
  });

  test("is counted", () => {
    const usage = ops.filter((op) => op.op === "usage");
    expect(usage).toHaveLength(3);
    for (const { last } of usage) expect(last.input).toBeGreaterThan(1000);
  });
});
