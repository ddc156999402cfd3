import type { Settings } from "@fairlead/bridge-core";
import { describe, expect, test } from "vitest";
import { openThread, sessionId, specOf, turnId, type Opened } from "./open-thread.ts";

const modes = (currentModeId: string, ...ids: readonly string[]) => ({
  modes: { currentModeId, availableModes: ids.map((id) => ({ id, name: id })) },
});
const moved = (currentModeId: string) => ({ sessionUpdate: "current_mode_update", currentModeId });
const kinds = ["allow_always", "allow_once", "reject_once"];
const all = { approvals: "auto", sandbox: "danger-full-access" } as const;

/** A turn in plan mode, of an agent that is in it. */
async function planning(change: Partial<Settings> = {}): Promise<Opened> {
  const open = await openThread({ session: modes("plan", "default", "plan") });
  await open.prompt("hello", { mode: "plan", ...change });
  return open;
}

describe("an agent that goes by itself", () => {
  test("where it does not ask, and cannot be put back, is ended", async () => {
    const open = await openThread({ session: modes("default", "default", "yolo") });
    await open.prompt("hello");
    open.agent.update(moved("yolo"));
    await open.agent.refuse("session/set_mode", -32_603, "not now");
    await expect(open.until("end")).rejects.toThrow(
      "Plain went where it does not ask, and does not come back: not now",
    );
  });

  test("out of a plan is put back, and gets nothing that settings grant outside of one", async () => {
    const open = await planning(all);
    open.agent.update(moved("default"));
    expect(await open.agent.answer("session/set_mode")).toEqual({ sessionId, modeId: "plan" });
    const call = { toolCallId: "a", kind: "execute", rawInput: { command: "make" } };
    open.agent.permit("1", call, ...kinds);
    const ops = await open.until("ask");
    expect(ops.some(({ op }) => op === "settings")).toBe(false);
  });

  test("out of a plan after the user let it do so, under whatever kind it asked, may stay out", async () => {
    const open = await planning();
    open.agent.permit("1", { toolCallId: "a", kind: "other", title: "Leave the plan" }, ...kinds);
    await open.until("ask");
    await open.thread.answer("ask-1", { type: "accept" });
    await open.agent.answered();
    open.agent.update(moved("default"));
    expect((await open.until("settings")).at(-1)).toMatchObject({ changed: { mode: "default" } });
  });

  test("into a plan takes the thread with it", async () => {
    const open = await openThread({ session: modes("default", "default", "plan") });
    await open.prompt("hello");
    open.agent.update(moved("plan"));
    expect((await open.until("settings")).at(-1)).toMatchObject({ changed: { mode: "plan" } });
  });
});

test("an agent that says yes to another mode and stays in its own runs no turn", async () => {
  const options = ["yolo", "default"].map((value) => ({ value, name: value }));
  const mode = { id: "mode", category: "mode", type: "select", currentValue: "yolo", options };
  const open = await openThread({ session: { configOptions: [mode] } });
  const { settings } = specOf();
  const prompting = open.thread.prompt({ id: turnId, input: [], settings, outputSchema: null });
  const refused = expect(prompting).rejects.toThrow(
    "Plain stays in its mode yolo, told to go into default",
  );
  await open.agent.answer("session/set_config_option", { configOptions: [mode] });
  await refused;
});

test("a plan of an agent without such a mode holds whatever else it tells of its options", async () => {
  const open = await openThread({ session: modes("default", "default") });
  await open.prompt("hello", { mode: "plan", ...all });
  open.agent.update({ sessionUpdate: "config_option_update", configOptions: [] });
  const content = [{ type: "diff", path: "/a", oldText: null, newText: "x" }];
  open.agent.permit("1", { toolCallId: "a", kind: "edit", content }, ...kinds);
  const refused = { outcome: { outcome: "selected", optionId: "option-reject_once" } };
  expect((await open.agent.answered()).result).toEqual(refused);
});

test.each([
  ["its input", { rawInput: { plan: "1. look" } }],
  ["what is asked", { content: [{ type: "content", content: { type: "text", text: "1. look" } }] }],
])("the plan that is left stands above the question, from %s", async (_, told) => {
  const open = await planning();
  const call = { toolCallId: "exit", kind: "switch_mode", title: "Ready to code?", ...told };
  open.agent.permit("1", call, ...kinds);
  expect((await open.until("ask")).slice(-2)).toMatchObject([
    { op: "open", key: "exit", item: { type: "plan", text: "1. look" } },
    { op: "ask", ask: { kind: "questions", key: "exit" } },
  ]);
});
