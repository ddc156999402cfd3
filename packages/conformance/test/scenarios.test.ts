import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { beats, scenarios } from "@fairlead/conformance/scenarios";
import { stringField } from "../src/read.ts";

const folder = new URL("../transcripts/codex-0.169.0/", import.meta.url);

function beatsIn(steps: (typeof scenarios)[number]["steps"]): readonly string[] {
  return steps.flatMap((step) =>
    step.type === "request" && step.beat !== undefined ? [step.beat] : [],
  );
}

describe("the scenarios", () => {
  it("have names of their own, which are names of files", () => {
    const ids = scenarios.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it("promise one thing each, in one sentence", () => {
    const titles = scenarios.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^[A-Z][^.]*\.$/);
  });

  it("are recorded, every one and no other", () => {
    const recordings = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
    expect(recordings.toSorted()).toEqual(scenarios.map(({ id }) => `${id}.jsonl`).toSorted());
  });

  it.each(scenarios)("$id was recorded from the script as it is", ({ id, steps }) => {
    const text = readFileSync(new URL(`${id}.jsonl`, folder), "utf8").trimEnd();
    const [head, ...lines] = text.split("\n").map((line): unknown => JSON.parse(line));
    expect(head).toEqual({ recording: "codex", version: "0.169.0", scenario: id });
    const asked = lines.flatMap((line) => {
      const method = stringField(line, "frame", "method");
      if (stringField(line, "dir") !== "send" || method === undefined) return [];
      return [`${stringField(line, "client") ?? "a"} ${method}`];
    });
    const written = steps.flatMap((step) => {
      const client = "client" in step ? (step.client ?? "a") : "a";
      if (step.type === "request") return [`${client} ${step.method}`];
      const method = step.type === "send" ? stringField(step.frame, "method") : undefined;
      return method === undefined ? [] : [`${client} ${method}`];
    });
    expect(asked).toEqual(written);
  });
});

describe("the beats", () => {
  it("are those of the scenarios", () => {
    const used = new Set(scenarios.flatMap(({ steps }) => beatsIn(steps)));
    expect([...used].toSorted()).toEqual(Object.keys(beats).toSorted());
  });

  it("stand with every prompt that reaches the agent", () => {
    const prompts = ["turn/start", "thread/compact/start", "review/start", "thread/queue/add"];
    const silent = ["bad-params", "unknown-thread", "turn-while-active", "turn-during-turn"];
    for (const { id, steps } of scenarios.filter((scenario) => !silent.includes(scenario.id))) {
      for (const step of steps) {
        if (step.type !== "request" || !prompts.includes(step.method)) continue;
        expect(step.beat, `${id}: ${step.method}`).toBeDefined();
      }
    }
  });
});
