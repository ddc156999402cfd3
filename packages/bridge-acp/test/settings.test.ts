import { describe, expect, test } from "vitest";
import { acpBridge } from "../src/index.ts";
import {
  folder,
  hello,
  hostOf,
  openThread,
  plain,
  sessionId,
  signal,
  specOf,
  turnId,
} from "./open-thread.ts";

const modes = (currentModeId: string, ...ids: readonly string[]) => ({
  modes: { currentModeId, availableModes: ids.map((id) => ({ id, name: id })) },
});
const kinds = ["allow_always", "allow_once", "reject_once"];

describe("the mode", () => {
  test("is the one that asks, never one that does not", async () => {
    const open = await openThread({
      session: modes("yolo", "yolo", "autoEdit", "default", "plan"),
    });
    const prompting = open.thread.prompt({
      id: turnId,
      input: [],
      settings: { ...specOf().settings, approvals: "auto", sandbox: "danger-full-access" },
      outputSchema: null,
    });
    expect(await open.agent.answer("session/set_mode")).toEqual({ sessionId, modeId: "default" });
    await prompting;
    await open.agent.next("session/prompt");
    // The agent itself goes where it does not ask: back it goes.
    open.agent.update({ sessionUpdate: "current_mode_update", currentModeId: "yolo" });
    expect(await open.agent.answer("session/set_mode")).toEqual({ sessionId, modeId: "default" });
  });

  test("has to be one that asks, or no turn runs", async () => {
    const open = await openThread({ session: modes("yolo", "yolo", "bypassPermissions") });
    await expect(open.prompt("hello")).rejects.toThrow("Plain has no mode in which it asks");
  });

  test("is the agent's plan mode for a plan; the way out of it is a question without 'always'", async () => {
    const open = await openThread({ session: modes("default", "default", "plan") });
    const settings = { ...specOf().settings, mode: "plan" as const };
    const prompting = open.thread.prompt({ id: turnId, input: [], settings, outputSchema: null });
    expect(await open.agent.answer("session/set_mode")).toEqual({ sessionId, modeId: "plan" });
    await prompting;
    await open.agent.next("session/prompt");
    const call = { toolCallId: "exit", kind: "switch_mode", title: "Ready to code?" };
    open.agent.permit("1", call, ...kinds);
    const [ask] = (await open.until("ask")).slice(-1);
    const options = [{ label: "allow_once" }, { label: "reject_once" }];
    expect(ask).toMatchObject({ ask: { kind: "questions", questions: [{ id: "plan", options }] } });
    await open.thread.answer("ask-1", { type: "answers", answers: { plan: ["allow_once"] } });
    const { result } = await open.agent.answered();
    expect(result).toEqual({ outcome: { outcome: "selected", optionId: "option-allow_once" } });
    open.agent.update({ sessionUpdate: "current_mode_update", currentModeId: "default" });
    expect((await open.until("settings")).at(-1)).toEqual({
      op: "settings",
      changed: { mode: "default" },
    });
  });
});

const select = (
  id: string,
  category: string,
  currentValue: string,
  ...values: readonly string[]
) => ({
  id,
  name: id,
  category,
  type: "select",
  currentValue,
  options: values.map((value) => ({ value, name: value.toUpperCase() })),
});

describe("model and effort", () => {
  const configOptions = [
    select("model", "model", "big", "big", "small"),
    select("reasoning", "thought_level", "low", "low", "high"),
  ];

  test("are set by options of the session, as far as they are others than before", async () => {
    const open = await openThread({ session: { configOptions } });
    const change = { model: "small", effort: "high" };
    const settings = { ...specOf().settings, ...change };
    const prompting = open.thread.prompt({ id: turnId, input: [], settings, outputSchema: null });
    const method = "session/set_config_option";
    const model = await open.agent.answer(method);
    expect(model).toEqual({ sessionId, configId: "model", value: "small" });
    const effort = await open.agent.answer(method, { configOptions: [] });
    expect(effort).toEqual({ sessionId, configId: "reasoning", value: "high" });
    await prompting;
  });

  test("are set by the methods of before, where the agent has those", async () => {
    const models = { currentModelId: "big", availableModels: [{ modelId: "big", name: "Big" }] };
    const open = await openThread({ session: { models } });
    const settings = { ...specOf().settings, model: "small" };
    const prompting = open.thread.prompt({ id: turnId, input: [], settings, outputSchema: null });
    expect(await open.agent.answer("session/set_model")).toEqual({ sessionId, modelId: "small" });
    await prompting;
  });

  test("that the agent cannot be told are told to the user once", async () => {
    const open = await openThread();
    await open.prompt("hello", { model: "small", effort: "high" });
    open.end();
    const notices = (await open.until("end")).filter(({ op }) => op === "notice");
    expect(notices).toMatchObject([
      { message: "Plain cannot be told which model to use: it chooses itself." },
      { message: "Plain knows no effort high here (none): it chooses itself." },
    ]);
  });

  test("are listed as a session has them, with the commands told behind its opening", async () => {
    const host = hostOf();
    const adapter = acpBridge(plain)(host);
    const listing = adapter.listModels?.({ cwd: folder, signal });
    const agent = await hello(host, { capabilities: { sessionCapabilities: { close: {} } } });
    await agent.answer("session/new", { sessionId, configOptions });
    const availableCommands = [{ name: "review", description: "Reviews" }];
    agent.update({ sessionUpdate: "available_commands_update", availableCommands });
    const efforts = ["low", "high"];
    expect(await listing).toEqual([
      { id: "big", label: "BIG", efforts, defaultEffort: "low", default: true },
      { id: "small", label: "SMALL", efforts, defaultEffort: null, default: false },
    ]);
    await agent.answer("session/close");
    const commands = adapter.listCommands?.({ cwd: folder, signal });
    await agent.next("session/new").then(({ id }) => {
      agent.process.emit({ jsonrpc: "2.0", id, result: { sessionId } });
      agent.update({ sessionUpdate: "available_commands_update", availableCommands });
    });
    expect(await commands).toEqual([
      { kind: "command", name: "review", description: "Reviews", path: null },
    ]);
  });
});
