import { newId } from "./id.ts";
import type { JsonObject } from "../json.ts";
import type { EventStream } from "./event-stream.ts";
import type { Part, Answer, ToolCall, Usage } from "./reply.ts";

/** Streams an answer as OpenAI Responses events. */
export async function streamResponses(
  reply: Answer,
  model: string,
  stream: EventStream,
): Promise<void> {
  const id = newId("resp");
  const shell = { id, object: "response", model, output: [] };
  let sequence = 0;
  const send = (type: string, members: JsonObject): Promise<void> =>
    stream.send(type, { type, sequence_number: sequence++, ...members });
  await send("response.created", { response: { ...shell, status: "in_progress" } });
  const output: JsonObject[] = [];
  for (const part of reply.parts) {
    if (stream.signal.aborted) return;
    output.push(await streamItem(part, output.length, send, stream, reply.ending.type));
  }
  switch (reply.ending.type) {
    case "complete":
      await send("response.completed", {
        response: { ...shell, status: "completed", output, usage: usageOf(reply.usage) },
      });
      return;
    case "failed":
      await send("response.failed", {
        response: {
          ...shell,
          status: "failed",
          error: { code: reply.ending.code, message: reply.ending.message },
        },
      });
      return;
    case "disconnect":
      await stream.disconnect();
  }
}

/** An answer as one JSON body, for requests that do not stream. */
export function responsesBody(reply: Answer, model: string): JsonObject {
  return {
    id: newId("resp"),
    object: "response",
    status: "completed",
    model,
    output: reply.parts.map((part) => finishedItem(part, newId("item"))),
    usage: usageOf(reply.usage),
  };
}

async function streamItem(
  part: Part,
  index: number,
  send: (type: string, members: JsonObject) => Promise<void>,
  stream: EventStream,
  ending: Answer["ending"]["type"],
): Promise<JsonObject> {
  const id = newId(part.type === "text" ? "msg" : part.type === "thinking" ? "rs" : "fc");
  const item = finishedItem(part, id);
  const at = { item_id: id, output_index: index };
  const added = (empty: JsonObject): Promise<void> =>
    send("response.output_item.added", { output_index: index, item: { ...item, ...empty } });
  switch (part.type) {
    case "text": {
      const text = part.deltas.join("");
      const place = { ...at, content_index: 0 };
      await added({ status: "in_progress", content: [] });
      await send("response.content_part.added", { ...place, part: textContent("") });
      for (const delta of part.deltas) {
        await send("response.output_text.delta", { ...place, delta });
        if (part.spacingMs !== undefined) await stream.pause(part.spacingMs);
      }
      if (part.holds === true) await stream.hold();
      // A broken answer never gets as far as the end of its last item.
      if (ending !== "complete") return item;
      await send("response.output_text.done", { ...place, text });
      await send("response.content_part.done", { ...place, part: textContent(text) });
      break;
    }
    case "thinking": {
      const text = part.deltas.join("");
      const place = { ...at, summary_index: 0 };
      const summary = { type: "summary_text", text };
      await added({ summary: [] });
      await send("response.reasoning_summary_part.added", {
        ...place,
        part: { ...summary, text: "" },
      });
      for (const delta of part.deltas) {
        await send("response.reasoning_summary_text.delta", { ...place, delta });
      }
      await send("response.reasoning_summary_text.done", { ...place, text });
      await send("response.reasoning_summary_part.done", { ...place, part: summary });
      break;
    }
    case "tool":
      await streamCall(part.call, at, added, send);
  }
  await send("response.output_item.done", { output_index: index, item });
  return item;
}

async function streamCall(
  call: ToolCall,
  at: JsonObject,
  added: (empty: JsonObject) => Promise<void>,
  send: (type: string, members: JsonObject) => Promise<void>,
): Promise<void> {
  if (call.input.type === "freeform") {
    await added({ status: "in_progress", input: "" });
    await send("response.custom_tool_call_input.delta", { ...at, delta: call.input.text });
    await send("response.custom_tool_call_input.done", { ...at, input: call.input.text });
    return;
  }
  const json = JSON.stringify(call.input.value);
  await added({ status: "in_progress", arguments: "" });
  await send("response.function_call_arguments.delta", { ...at, delta: json });
  await send("response.function_call_arguments.done", { ...at, arguments: json });
}

function finishedItem(part: Part, id: string): JsonObject {
  switch (part.type) {
    case "text":
      return {
        id,
        type: "message",
        role: "assistant",
        status: "completed",
        content: [textContent(part.deltas.join(""))],
      };
    case "thinking":
      return {
        id,
        type: "reasoning",
        summary: [{ type: "summary_text", text: part.deltas.join("") }],
        encrypted_content: "bW9jaw==",
      };
    case "tool": {
      const { input, ...target } = part.call;
      const shared = { id, status: "completed", call_id: newId("call"), ...target };
      return input.type === "freeform"
        ? { ...shared, type: "custom_tool_call", input: input.text }
        : { ...shared, type: "function_call", arguments: JSON.stringify(input.value) };
    }
  }
}

function textContent(text: string): JsonObject {
  return { type: "output_text", text, annotations: [] };
}

function usageOf(usage: Usage): JsonObject {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.input + usage.output,
  };
}
