import { expect, test } from "vitest";
import { startMockLlm } from "../src/index.ts";
import { eventsOf, mockLlmPerTest, post } from "./ask-mock.ts";

const start = mockLlmPerTest();
const holding = { stream: true, messages: [{ role: "user", content: "hold" }] };

test("a held answer goes on when it is released", async () => {
  const mock = await start();
  const response = await post(mock, "/v1/messages", holding);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("holding")) text += (await reader?.read())?.value ?? "";
  expect(text).not.toContain("message_stop");
  mock.release();
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    text += read.value;
  }
  expect(eventsOf(text).at(-1)?.name).toBe("message_stop");
});

test("closing breaks a held answer off", async () => {
  const mock = await start();
  const response = await post(mock, "/v1/messages", holding);
  await mock.close();
  await expect(response.text()).rejects.toThrow();
  await expect(fetch(mock.url)).rejects.toThrow();
});

test("error: disconnect breaks the connection mid-answer", async () => {
  const messages = [{ role: "user", content: "error: disconnect" }];
  const response = await post(await start(), "/v1/messages", { stream: true, messages });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test("requests are kept with the prompt that was typed", async () => {
  const mock = await start();
  const waiting = mock.waitForRequest((request) => request.prompt === "say: b");
  for (const content of ["say: a", "say: b"]) {
    await post(mock, "/v1/messages?beta=true", { messages: [{ role: "user", content }] });
  }
  expect(await waiting).toMatchObject({ method: "POST", path: "/v1/messages", prompt: "say: b" });
  expect(mock.requests.map((request) => request.prompt)).toEqual(["say: a", "say: b"]);
  mock.reset();
  expect(mock.requests).toEqual([]);
});

test("waiting for a request that never comes ends with the mock", async () => {
  const mock = await startMockLlm();
  const waiting = mock.waitForRequest(() => true).catch(String);
  await mock.close();
  expect(await waiting).toContain("the mock LLM was closed");
});

test("models are listed, other paths are named in the refusal", async () => {
  const mock = await start();
  const models = await fetch(`${mock.url}/v1/models`);
  expect(await models.json()).toMatchObject({ data: [{ id: "mock-model" }] });
  const other = await fetch(`${mock.url}/v1/nope`);
  expect(other.status).toBe(404);
  expect(await other.text()).toContain("GET /v1/nope");
});

test("a body that is no JSON is refused by name", async () => {
  const mock = await start();
  const response = await fetch(`${mock.url}/v1/messages`, { method: "POST", body: "{" });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("not a JSON object");
});
