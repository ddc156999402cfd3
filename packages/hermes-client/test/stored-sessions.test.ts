import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fieldsOf } from "@fairlead/bridge-core/parts";
import { afterAll, expect, test } from "vitest";

const script = fileURLToPath(new URL("../python/fairlead_sessions.py", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fairlead-hermes-"));
const store = join(folder, "state.db");
afterAll(() => rmSync(folder, { recursive: true }));

/** A store as Hermes 0.17.0 lays it out, as far as it is read, that holds what the test says. */
const layOut = `
import json, sqlite3, sys
store, sessions, messages = sys.argv[1], *map(json.loads, sys.argv[2:])
database = sqlite3.connect(store)
database.executescript("""
CREATE TABLE sessions (id TEXT, source TEXT, parent_session_id TEXT, end_reason TEXT, model_config TEXT,
  started_at REAL, cwd TEXT, title TEXT, archived INTEGER);
CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content TEXT, tool_call_id TEXT,
  tool_calls TEXT, timestamp REAL, reasoning TEXT, reasoning_content TEXT, active INTEGER DEFAULT 1);
""")
for id, parent, reason in sessions:
    database.execute("INSERT INTO sessions (id, parent_session_id, end_reason) VALUES (?, ?, ?)", (id, parent, reason))
for session, role, content, call in messages:
    calls = json.dumps([{"id": call, "function": {}}]) if call and role == "assistant" else None
    database.execute("INSERT INTO messages (session_id, role, content, tool_call_id, tool_calls, timestamp)"
      " VALUES (?, ?, ?, ?, ?, 1)", (session, role, content, call if role == "tool" else None, calls))
database.commit()
`;

function python(...args: readonly string[]): string {
  return execFileSync("python3", args, { encoding: "utf8" });
}

test("what was kept of a compacted conversation is told once, what is said again, again", () => {
  const sessions = [
    ["old", null, "compression"],
    ["new", "old", null],
  ];
  const messages = [
    ["old", "user", "hello", null],
    ["old", "assistant", "hi", null],
    ["old", "user", "run it", null],
    ["old", "assistant", "", "call-1"],
    ["old", "tool", "a long result", "call-1"],
    ["old", "assistant", "done", null],
    ["new", "user", "[CONTEXT COMPACTION - REFERENCE ONLY] ...", null],
    ["new", "assistant", "", "call-1"],
    ["new", "tool", "shortened", "call-1"],
    ["new", "assistant", "done", null],
    ["new", "user", "go on", null],
    ["new", "assistant", "went on", null],
    ["new", "user", "hello", null],
    ["new", "assistant", "hi", null],
  ];
  python("-c", layOut, store, JSON.stringify(sessions), JSON.stringify(messages));
  const told = python(script, "read", store, "new")
    .trim()
    .split("\n")
    .map((line) => fieldsOf(JSON.parse(line)))
    .map(({ type, payload }) => [type, fieldsOf(payload)])
    .flatMap(([type, payload]) => {
      const { row, text } = fieldsOf(payload);
      if (type === "fairlead.turn") return [`${String(row)} ${String(text)}`];
      return type === "message.delta" && text !== "" ? [String(text)] : [];
    });
  expect(told).toEqual([
    "1 hello",
    "hi",
    "3 run it",
    "done",
    "11 go on",
    "went on",
    "13 hello",
    "hi",
  ]);
});
