import { newId } from "./id.ts";
import type { JsonObject } from "../json.ts";
import type { EventStream } from "./event-stream.ts";
import type { Part, Answer, Usage } from "./reply.ts";

/** Streams an answer as OpenAI Chat Completions chunks, `[DONE]` last. */
export async function streamChat(reply: Answer, model: string, stream: EventStream): Promise<void> {
  const shell = { id: newId("chatcmpl"), object: "chat.completion.chunk", created: 0, model };
  const chunk = (delta: JsonObject, finish: string | null = null): Promise<void> =>
    stream.send(undefined, { ...shell, choices: [{ index: 0, delta, finish_reason: finish }] });
  await chunk({ role: "assistant", content: "" });
  let calls = 0;
  for (const part of reply.parts) {
    if (stream.signal.aborted) return;
    switch (part.type) {
      case "thinking":
        for (const reasoning_content of part.deltas) await chunk({ reasoning_content });
        break;
      case "text":
        for (const content of part.deltas) {
          await chunk({ content });
          if (part.spacingMs !== undefined) await stream.pause(part.spacingMs);
        }
        if (part.holds === true) await stream.hold();
        break;
      case "tool":
        await chunk({ tool_calls: [{ index: calls++, ...toolCall(part) }] });
    }
  }
  switch (reply.ending.type) {
    case "complete":
      await chunk({}, finishReason(reply.parts));
      await stream.send(undefined, { ...shell, choices: [], usage: usageOf(reply.usage) });
      await stream.send(undefined, "[DONE]");
      return;
    case "failed":
      await stream.send(undefined, {
        error: { code: reply.ending.code, message: reply.ending.message },
      });
      return;
    case "disconnect":
      await stream.disconnect();
  }
}

/** An answer as one JSON body, for requests that do not stream. */
export function chatBody(reply: Answer, model: string): JsonObject {
  const texts = reply.parts.filter((part) => part.type === "text");
  const calls = reply.parts.filter((part) => part.type === "tool").map(toolCall);
  const message = {
    role: "assistant",
    content: texts.flatMap((part) => part.deltas).join(""),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    id: newId("chatcmpl"),
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, message, finish_reason: finishReason(reply.parts) }],
    usage: usageOf(reply.usage),
  };
}

function toolCall(part: Extract<Part, { type: "tool" }>): JsonObject {
  const { name, input } = part.call;
  const value = input.type === "json" ? input.value : { input: input.text };
  return {
    id: newId("call"),
    type: "function",
    function: { name, arguments: JSON.stringify(value) },
  };
}

function finishReason(parts: readonly Part[]): string {
  return parts.some((part) => part.type === "tool") ? "tool_calls" : "stop";
}

function usageOf(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  };
}
