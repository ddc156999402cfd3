import { newId } from "./id.ts";
import type { JsonObject } from "../json.ts";
import type { EventStream } from "./event-stream.ts";
import type { Answer, Part, Refusal, StreamFailure, Usage } from "./reply.ts";

/** Agents only hand it back; any text will do. */
const thoughtSignature = "bW9jaw==";

/** What Google calls an error of this HTTP status. */
const statuses: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

const failureStatus = {
  server_error: 500,
  server_is_overloaded: 503,
  context_length_exceeded: 400,
  insufficient_quota: 429,
} as const satisfies Record<StreamFailure, number>;

/** Streams an answer as Google's `GenerateContentResponse`s, the last with the reason for its end. */
export async function streamGemini(
  reply: Answer,
  model: string,
  stream: EventStream,
): Promise<void> {
  const shell = { responseId: newId("resp"), modelVersion: model };
  const send = (parts: readonly JsonObject[], more: JsonObject = {}): Promise<void> =>
    stream.send(
      undefined,
      oneLine({
        ...shell,
        candidates: [{ index: 0, content: { role: "model", parts }, ...more }],
        usageMetadata: usageOf(reply.usage),
      }),
    );
  for (const part of reply.parts) {
    if (stream.signal.aborted) return;
    switch (part.type) {
      case "thinking":
        for (const text of part.deltas) await send([{ text, thought: true }]);
        break;
      case "text":
        for (const text of part.deltas) {
          await send([{ text }]);
          if (part.spacingMs !== undefined) await stream.pause(part.spacingMs);
        }
        if (part.holds === true) await stream.hold();
        break;
      case "tool":
        await send([functionCall(part)]);
    }
  }
  switch (reply.ending.type) {
    case "complete":
      await send([{ text: "" }], { finishReason: "STOP" });
      return;
    case "failed": {
      const { code, message } = reply.ending;
      const status = failureStatus[code];
      await stream.send(undefined, geminiRefusal({ type: "refusal", status, code, message }));
      return;
    }
    case "disconnect":
      await stream.disconnect();
  }
}

/** An answer as one JSON body, for requests that do not stream. */
export function geminiBody(reply: Answer, model: string): JsonObject {
  const parts = reply.parts.map((part): JsonObject => {
    switch (part.type) {
      case "text":
        return { text: part.deltas.join("") };
      case "thinking":
        return { text: part.deltas.join(""), thought: true };
      case "tool":
        return functionCall(part);
    }
  });
  return {
    responseId: newId("resp"),
    modelVersion: model,
    candidates: [{ index: 0, content: { role: "model", parts }, finishReason: "STOP" }],
    usageMetadata: usageOf(reply.usage),
  };
}

/** The body of an error of Google's. */
export function geminiRefusal({ status: code, message, details }: Refusal): JsonObject {
  const status = statuses[code] ?? "UNKNOWN";
  return { error: { code, message, status, ...(details === undefined ? {} : { details }) } };
}

/** As Google writes it: its own client takes a line separator for the end of the line. */
function oneLine(data: JsonObject): string {
  return JSON.stringify(data).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function functionCall(part: Extract<Part, { type: "tool" }>): JsonObject {
  const { name, input } = part.call;
  const args = input.type === "json" ? input.value : { input: input.text };
  return { functionCall: { id: newId("call"), name, args }, thoughtSignature };
}

function usageOf(usage: Usage): JsonObject {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
  };
}
