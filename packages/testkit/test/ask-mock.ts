import { afterEach } from "vitest";
import type { JsonObject } from "../src/json.ts";
import { objectOf } from "../src/json.ts";
import type { MockLlm } from "../src/index.ts";
import { startMockLlm } from "../src/index.ts";

/** A mock LLM that is closed after the test. */
export function mockLlmPerTest(): () => Promise<MockLlm> {
  const running: MockLlm[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((mock) => mock.close()));
  });
  return async () => {
    const mock = await startMockLlm();
    running.push(mock);
    return mock;
  };
}

/** Posts a JSON body. */
export function post(mock: MockLlm, path: string, body: JsonObject): Promise<Response> {
  return fetch(`${mock.url}${path}`, { method: "POST", body: JSON.stringify(body) });
}

/** A server-sent event. `name` is empty when the frame has none; `[DONE]` stays text. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: JsonObject;
  readonly text: string;
}

/** Posts a streaming request and returns its events once the stream has ended. */
export async function streamed(
  mock: MockLlm,
  path: string,
  body: JsonObject,
): Promise<readonly ServerSentEvent[]> {
  const response = await post(mock, path, { ...body, stream: true });
  return eventsOf(await response.text());
}

/** The events of a stream's text. */
export function eventsOf(text: string): readonly ServerSentEvent[] {
  return text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => {
      const name = /^event: (.*)$/m.exec(frame)?.[1] ?? "";
      const data = /^data: (.*)$/m.exec(frame)?.[1] ?? "";
      return { name, data: data.startsWith("{") ? objectOf(JSON.parse(data)) : {}, text: data };
    });
}
