import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  describeIssues,
  isClientMethod,
  isServerNotificationMethod,
  notificationSchema,
  paramsSchema,
  resultSchema,
} from "../src/index.ts";

// Recorded from the real program: a turn cut short, a shell command, and what can be read after.
const recording = new URL("./fixtures/codex-0.169.0.jsonl", import.meta.url);
const frame = z.looseObject({ id: z.number().optional(), method: z.string().default("") });
const line = z.object({ from: z.enum(["client", "server"]), frame });

type Line = z.infer<typeof line>;

/** Finds the schema a recorded frame must satisfy, and the part of the frame it is about. */
function expectation(lines: readonly Line[], { from, frame }: Line): [z.ZodType, unknown] {
  if (from === "client" && isClientMethod(frame.method)) {
    return [paramsSchema(frame.method), frame["params"]];
  }
  if (from === "server" && isServerNotificationMethod(frame.method)) {
    return [notificationSchema(frame.method), frame["params"]];
  }
  const request = lines.find((other) => other.from === "client" && other.frame.id === frame.id);
  const method = request?.frame.method ?? "";
  if (!isClientMethod(method)) throw new Error(`Unexpected frame: ${JSON.stringify(frame)}`);
  return [resultSchema(method), frame["result"]];
}

test("every frame of a real codex and its client is valid and comes out unchanged", () => {
  const text = readFileSync(recording, "utf8").trimEnd();
  const lines = text.split("\n").map((json) => line.parse(JSON.parse(json)));
  const frames = lines.filter(({ frame }) => frame.method !== "initialized");
  expect(frames.length).toBeGreaterThan(30);
  for (const recorded of frames) {
    const [schema, value] = expectation(lines, recorded);
    const { error, data } = schema.safeParse(value);
    expect(error && describeIssues(error), JSON.stringify(recorded.frame)).toBeUndefined();
    expect(data).toEqual(value);
  }
});
