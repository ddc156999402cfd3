/**
 * Writes the beats of `test/conformance`. No turn of Amp's can be recorded without its server: they are
 * made of the shapes that are documented and of what the program shows without one, and say so in
 * their first line. `node --import tsx packages/bridge-amp/scripts/make-fixtures.ts`
 */
import { writeFileSync } from "node:fs";

type Line = Readonly<Record<string, unknown>>;

const version = "0.0.1790142911-g7618fb";
const made = "of the documented shapes: a turn of Amp's cannot be recorded without its server";
const image =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const headers = { authorization: "Bearer $askToken" };
const session = { session_id: "$session" };
const usage = {
  input_tokens: 1100,
  cache_creation_input_tokens: 10,
  cache_read_input_tokens: 100,
  output_tokens: 10,
  max_tokens: 200_000,
  service_tier: "standard",
};

let calls = 0;

/** An id as Amp's models give one to a call. */
function callId(): string {
  calls += 1;
  return `toolu_${String(calls).padStart(24, "0")}`;
}

function recv(frame: object): Line {
  return { dir: "recv", frame: { ...frame, ...session } };
}

function post(path: string, body: object): Line {
  return { post: `$askUrl${path}`, headers, body };
}

function said(text: string, ...more: readonly object[]): Line {
  const message = { role: "user", content: [{ type: "text", text }, ...more] };
  return recv({ type: "user", message, parent_tool_use_id: null });
}

/** The user's prompt, and Amp's beginning to work on it. */
function prompt(text: string, ...more: readonly object[]): readonly Line[] {
  const content = [{ type: "text", text }, ...more];
  const tools = ["shell_command", "apply_patch", "Read", "Task"];
  return [
    { dir: "send", frame: { type: "user", message: { role: "user", content } } },
    post("/start", { thread: "$session", message: text, id: "$started" }),
    recv({ type: "system", subtype: "init", cwd: "$cwd", tools, mcp_servers: [] }),
    said(text),
  ];
}

function assistant(
  content: readonly object[],
  reason: string | null,
  parent: string | null = null,
): Line {
  const message = { type: "message", role: "assistant", content, stop_reason: reason, usage };
  return recv({ type: "assistant", message, parent_tool_use_id: parent });
}

function says(text: string, reason: string = "end_turn", parent: string | null = null): Line {
  return assistant([{ type: "text", text }], reason, parent);
}

interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: object;
}

function call(name: string, input: object): Call {
  return { id: callId(), name, input };
}

function uses(...many: readonly Call[]): Line {
  return assistant(
    many.map((each) => ({ type: "tool_use", ...each })),
    "tool_use",
  );
}

/** Our plugin, holding a call. */
function asks({ id, name: tool, input }: Call, facts: object = {}): Line {
  const known = { inside: true, guarded: false, before: { "base.txt": "base\n" }, ...facts };
  return post("/call", { thread: "$session", id, tool, input, ...known });
}

function result({ id }: Call, content: string, isError = false): Line {
  const block = { type: "tool_result", tool_use_id: id, content, is_error: isError };
  return recv({
    type: "user",
    message: { role: "user", content: [block] },
    parent_tool_use_id: null,
  });
}

/** A call from its words to its result. */
function runs(made: Call, content: string, facts: object = {}): readonly Line[] {
  return [uses(made), asks(made, facts), result(made, content)];
}

function shell(command: string): Call {
  return call("shell_command", { command, workdir: "$cwd" });
}

function printed(output: string, exitCode = 0): string {
  return JSON.stringify({ output, exitCode });
}

function patch(...lines: readonly string[]): Call {
  const patchText = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  return call("apply_patch", { patchText });
}

const declined = "The user declined this. Do not try it another way.";

/** What happens to a call that is asked about, by the answer. */
function answered(
  one: () => Call,
  again: () => Call,
  ok: string,
): Readonly<Record<string, readonly Line[]>> {
  const [first, second, refused, cancelled] = [one(), again(), one(), one()];
  return {
    accept: [...runs(first, ok), says("finished")],
    "accept-session": [...runs(one(), ok), ...runs(second, ok), says("finished")],
    decline: [uses(refused), asks(refused), result(refused, declined, true), says("not done")],
    cancel: [uses(cancelled), asks(cancelled), { hang: true }],
  };
}

const files = {
  add: answered(
    () => patch("*** Add File: new.txt", "+fresh"),
    () => patch("*** Update File: new.txt", "@@", "-fresh", "+changed"),
    "Success. Updated the following files:\nA new.txt",
  ),
  update: answered(
    () => patch("*** Update File: base.txt", "@@", "-base", "+changed"),
    () => patch("*** Update File: base.txt", "@@", "-changed", "+changed again"),
    "Success. Updated the following files:\nM base.txt",
  ),
  delete: answered(
    () => patch("*** Delete File: base.txt"),
    () => patch("*** Add File: base.txt", "+written anew"),
    "Success. Updated the following files:\nD base.txt",
  ),
  rename: answered(
    () => patch("*** Update File: base.txt", "*** Move to: moved.txt", "@@", "-base", "+changed"),
    () => patch("*** Update File: moved.txt", "@@", "-changed", "+changed again"),
    "Success. Updated the following files:\nM moved.txt",
  ),
};

const commands = answered(
  () => shell("touch approved.txt"),
  () => shell("touch approved.txt"),
  printed(""),
);

function parallel(): readonly Line[] {
  const [one, two] = [shell("echo one; sleep 5"), shell("echo two; sleep 5")];
  const results = [result(one, printed("one\n")), result(two, printed("two\n"))];
  return [uses(one, two), asks(one), asks(two), ...results, says("both ran")];
}

function sessionOther(): readonly Line[] {
  const other = shell("touch other.txt");
  const refused = [uses(other), asks(other), result(other, declined, true)];
  return [...runs(shell("touch accepted.txt"), printed("")), ...refused, says("finished")];
}

function subagent(): readonly Line[] {
  const task = call("Task", { prompt: "say: from the sub-agent", description: "mock task" });
  return [
    uses(task),
    asks(task),
    says("from the sub-agent", "end_turn", task.id),
    result(task, "from the sub-agent"),
    says("parent finished"),
  ];
}

function clientTool(): readonly Line[] {
  const tool = call("mcp__client__my_tool", { a: "b" });
  const params = { name: "my_tool", arguments: { a: "b" } };
  const body = { method: "tools/call", params, jsonrpc: "2.0", id: 2 };
  const made = {
    authorization: "$toolAuthorization",
    accept: "application/json, text/event-stream",
  };
  return [
    uses(tool),
    asks(tool),
    { post: "$toolUrl", headers: made, body },
    result(tool, "made by the client"),
    says("done"),
  ];
}

function steered(): readonly Line[] {
  const more = { role: "user", content: [{ type: "text", text: "say: steered" }] };
  return [
    says("tick1 tick2 ", "pause_turn"),
    { dir: "send", frame: { type: "user", steer: true, message: more } },
    post("/start", { thread: "$session", message: "say: steered", id: "$startedMore" }),
    said("say: steered"),
    says("steered"),
  ];
}

const asked = shell("touch never.txt");
const longOne = shell("sleep 0.5; echo start; sleep 5");
const steps = ["read", "write", "test"];
const plan = call("todo_write", {
  todos: steps.map((content, index) => ({
    id: String(index),
    content,
    status: index === 0 ? "in-progress" : "todo",
  })),
});

const beats: Readonly<Record<string, readonly Line[]>> = {
  text: [...prompt("say: hello world"), says("hello world")],
  hold: [...prompt("slow: 5"), says("tick1 ", "pause_turn"), { release: true }, says("tick2")],
  "hold-more": [
    ...prompt("slow: 5"),
    says("tick1 ", "pause_turn"),
    {
      dir: "send",
      frame: {
        type: "user",
        steer: true,
        message: { role: "user", content: [{ type: "text", text: "say: more" }] },
      },
    },
    { release: true },
    post("/start", { thread: "$session", message: "say: more", id: "$startedMore" }),
    said("say: more"),
    says("more"),
  ],
  reasoning: [
    ...prompt("think: hard ;; say: thought"),
    assistant(
      [
        { type: "thinking", thinking: "hard" },
        { type: "text", text: "thought" },
      ],
      "end_turn",
    ),
  ],
  image: [
    ...prompt("say: seen", {
      type: "image",
      source: { type: "base64", media_type: "image/png", data: image },
    }),
    says("seen"),
  ],
  command: [...prompt("run: echo out"), ...runs(shell("echo out"), printed("out\n")), says("ran")],
  "command-failed": [
    ...prompt("run: echo out; exit 3"),
    ...runs(shell("echo out; exit 3"), printed("out\n", 3)),
    says("it failed"),
  ],
  "command-parallel": [...prompt("parallel: echo one ### echo two"), ...parallel()],
  "command-accept-session-other": [...prompt("run: touch accepted.txt"), ...sessionOther()],
  "command-interrupt": [
    ...prompt("run: touch never.txt"),
    uses(asked),
    asks(asked),
    { hang: true },
  ],
  ...Object.fromEntries(
    Object.entries(commands).map(([how, lines]) => [
      `command-${how}`,
      [...prompt("run: touch approved.txt"), ...lines],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(files).flatMap(([kind, ways]) =>
      Object.entries(ways).map(([how, lines]) => [
        `file-${kind}-${how}`,
        [...prompt("write: new.txt = fresh"), ...lines],
      ]),
    ),
  ),
  plan: [...prompt("plan: read, write, test"), ...runs(plan, "Todos updated."), says("planned")],
  mcp: [
    ...prompt("tool: mcp__probe__say_back"),
    ...runs(call("mcp__probe__say_back", { text: "through the tool" }), "through the tool"),
    says("done"),
  ],
  "client-tool": [...prompt("tool: mcp__client__my_tool"), ...clientTool()],
  subagent: [...prompt("task: say: from the sub-agent"), ...subagent()],
  "interrupt-text": [...prompt("slow: 5"), says("tick1 ", "pause_turn"), { hang: true }],
  "interrupt-command": [
    ...prompt("run: sleep 0.5; echo start; sleep 5"),
    uses(longOne),
    asks(longOne),
    { hang: true },
  ],
  steer: [...prompt("slow: 5"), ...steered()],
  error: [
    ...prompt("error: 500"),
    { exit: { code: 1, stderr: "Error: Unexpected error inside Amp CLI." } },
  ],
  open: [post("/hello", {})],
};

for (const [name, lines] of Object.entries(beats)) {
  const header = { fixture: name, agent: "amp", version, made, loose: ["message"] };
  const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(new URL(`../test/conformance/${name}.jsonl`, import.meta.url), text);
}
