import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { afterEach, expect, test } from "vitest";
import fairlead from "../extension/fairlead.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-pi-")));
const folder = join(root, "project");
mkdirSync(join(folder, ".git"), { recursive: true });
mkdirSync(join(root, "project-2"));
writeFileSync(join(folder, "a.txt"), "before");
writeFileSync(join(root, "secret.txt"), "secret");
symlinkSync(root, join(folder, "up"));
symlinkSync(join(root, "nowhere"), join(folder, "dangling"));
symlinkSync(folder, join(root, "link"));

type Verdict = { readonly block: boolean; readonly reason: string } | undefined;
interface Held {
  readonly verdict: Verdict;
  readonly asked: Readonly<Record<string, unknown>>;
}

/** A tool call, as Pi has its extensions decide on it; `answer` is what the bridge says. */
async function hold(
  toolName: string,
  input: Record<string, unknown>,
  answer: () => Promise<string | undefined>,
  cwd = folder,
): Promise<Held> {
  let asked: unknown = null;
  const handlers: ((call: object, context: object) => Promise<unknown>)[] = [];
  fairlead({
    on: (_, handler) => {
      handlers.push(async (call, context) => {
        const verdict: unknown = await Reflect.apply(handler, null, [call, context]);
        return verdict;
      });
    },
    getAllTools: () => [{ name: "read", sourceInfo: { source: "builtin" } }, { name: "mine" }],
  });
  const select = async (title: string): Promise<string | undefined> => {
    asked = JSON.parse(title);
    return answer();
  };
  const call = { toolCallId: "call_1", toolName, input };
  const verdict = await handlers[0]?.(call, { cwd, ui: { select } });
  const { block, reason } = fieldsOf(verdict);
  const told =
    verdict === undefined ? undefined : { block: block === true, reason: textOf(reason) };
  return { verdict: told, asked: fieldsOf(asked) };
}

const allow = async (): Promise<string> => "allow";
afterEach(() => {
  delete process.env["FAIRLEAD_PI_MCP"];
});

test.each([
  ["a.txt", true],
  ["./new/file.txt", true],
  [`${folder}/a.txt`, true],
  ["..notes", true],
  ["../secret.txt", false],
  ["up/secret.txt", false],
  ["up/new.txt", false],
  ["dangling", false],
  ["../project-2/x", false],
  ["/etc/hostname", false],
  ["~/x", false],
  ["@../secret.txt", false],
  ["file:///etc/hostname", false],
  [" /etc/hostname", false],
  ["é-which-is-not-there", false],
])("%j is in the folder: %s", async (path, inside) => {
  expect((await hold("read", { path }, allow)).asked["inside"]).toBe(inside);
  expect((await hold("read", { path }, allow, join(root, "link"))).asked["inside"]).toBe(inside);
});

test("a path that is no text, and a pattern that leads out, are outside", async () => {
  expect((await hold("read", { path: 7 }, allow)).asked["inside"]).toBe(false);
  expect((await hold("find", { pattern: "../**" }, allow)).asked["inside"]).toBe(false);
  expect((await hold("grep", { pattern: "/etc" }, allow)).asked["inside"]).toBe(true);
});

test.each([
  ["a.txt", false],
  [".git/hooks/pre-commit", true],
  ["sub/.PI/settings.json", true],
  ["../x", true],
])("what decides which programs run is guarded: %s: %s", async (path, guarded) => {
  expect((await hold("write", { path }, allow)).asked["guarded"]).toBe(guarded);
});

test("only Pi's own tools count as built in", async () => {
  expect((await hold("read", {}, allow)).asked["builtin"]).toBe(true);
  expect((await hold("mine", {}, allow)).asked["builtin"]).toBe(false);
  expect((await hold("unknown", {}, allow)).asked["builtin"]).toBe(false);
});

test("what a file holds before it is written comes along", async () => {
  expect((await hold("write", { path: "a.txt" }, allow)).asked["before"]).toBe("before");
  expect((await hold("write", { path: "new.txt" }, allow)).asked["before"]).toBe(null);
  expect((await hold("read", { path: "a.txt" }, allow)).asked).not.toHaveProperty("before");
});

test.each([
  ["run", undefined],
  ["allow", undefined],
  ["deny", "The user declined this. Do not try it another way."],
  ["plan", "Plan mode: nothing may be changed yet. Propose what you would change instead."],
  ["Allow", "Fairlead did not allow this call."],
  ["", "Fairlead did not allow this call."],
  [undefined, "Fairlead did not allow this call."],
])("answered %j, the call is blocked with %j", async (answer, reason) => {
  const { verdict } = await hold("bash", { command: "x" }, async () => answer);
  expect(verdict?.reason).toBe(reason);
  expect(verdict?.block).toBe(reason === undefined ? undefined : true);
});

test("a dialog that fails blocks the call: Pi takes a throw for that", async () => {
  const gone = (): Promise<string> => Promise.reject(new Error("gone"));
  await expect(hold("bash", { command: "x" }, gone)).rejects.toThrow("gone");
});

test("what was allowed cannot be made something else; what simply runs can", async () => {
  const edit = { newText: "y" };
  const allowed: Record<string, unknown> = { command: "x", edits: [edit] };
  await hold("bash", allowed, allow);
  allowed["command"] = "x";
  expect(() => (allowed["command"] = "rm")).toThrow("asked about another command");
  expect(() => (edit.newText = "z")).toThrow("asked about another newText");
  expect(Reflect.defineProperty(allowed, "timeout", { value: 1 })).toBe(false);
  expect(JSON.stringify(allowed)).toBe('{"command":"x","edits":[{"newText":"y"}]}');
  const free: Record<string, unknown> = { command: "x" };
  await hold("bash", free, async () => "run");
  free["command"] = "y";
  expect(free).toEqual({ command: "y" });
});

test("servers are registered each time, and no child of Pi's sees them", () => {
  process.env["FAIRLEAD_PI_MCP"] = JSON.stringify({ srv: { command: "node" } });
  const registered: unknown[] = [];
  const pi = {
    on: () => {},
    getAllTools: () => [],
    registerMcpServer: (name: string, config: unknown) => registered.push([name, config]),
  };
  Reflect.deleteProperty(globalThis, Symbol.for("fairlead.mcp"));
  fairlead(pi);
  fairlead(pi);
  expect(registered).toEqual([
    ["srv", { command: "node" }],
    ["srv", { command: "node" }],
  ]);
  expect(process.env["FAIRLEAD_PI_MCP"]).toBeUndefined();
});
