import { newId } from "./id.ts";
import type { JsonObject } from "../json.ts";
import type { EventStream } from "./event-stream.ts";
import type { Part, Answer, StreamFailure, Usage } from "./reply.ts";

/** Agents only hand it back; any text will do. */
const signature = "bW9jaw==";

const errorTypes = {
  server_error: "api_error",
  server_is_overloaded: "overloaded_error",
  context_length_exceeded: "invalid_request_error",
  insufficient_quota: "invalid_request_error",
} as const satisfies Record<StreamFailure, string>;

/** Streams an answer as Anthropic Messages events. */
export async function streamMessages(
  reply: Answer,
  model: string,
  stream: EventStream,
): Promise<void> {
  const send = (type: string, members: JsonObject): Promise<void> =>
    stream.send(type, { type, ...members });
  await send("message_start", {
    message: { ...emptyMessage(model), usage: usageOf({ ...reply.usage, output: 1 }) },
  });
  for (const [index, part] of reply.parts.entries()) {
    if (stream.signal.aborted) return;
    await streamBlock(part, index, send, stream, reply.ending.type);
  }
  switch (reply.ending.type) {
    case "complete":
      await send("message_delta", {
        delta: { stop_reason: stopReason(reply.parts), stop_sequence: null },
        usage: usageOf(reply.usage),
      });
      await send("message_stop", {});
      return;
    case "failed":
      await send("error", {
        error: { type: errorTypes[reply.ending.code], message: reply.ending.message },
      });
      return;
    case "disconnect":
      await stream.disconnect();
  }
}

/** An answer as one JSON body, for requests that do not stream. */
export function messagesBody(reply: Answer, model: string): JsonObject {
  return {
    ...emptyMessage(model),
    content: reply.parts.map((part) => {
      switch (part.type) {
        case "text":
          return { type: "text", text: part.deltas.join("") };
        case "thinking":
          return { type: "thinking", thinking: part.deltas.join(""), signature };
        case "tool":
          return {
            type: "tool_use",
            id: newId("toolu"),
            name: part.call.name,
            input: inputOf(part),
          };
      }
    }),
    stop_reason: stopReason(reply.parts),
    usage: usageOf(reply.usage),
  };
}

async function streamBlock(
  part: Part,
  index: number,
  send: (type: string, members: JsonObject) => Promise<void>,
  stream: EventStream,
  ending: Answer["ending"]["type"],
): Promise<void> {
  const start = (block: JsonObject): Promise<void> =>
    send("content_block_start", { index, content_block: block });
  const delta = (members: JsonObject): Promise<void> =>
    send("content_block_delta", { index, delta: members });
  switch (part.type) {
    case "text":
      await start({ type: "text", text: "" });
      for (const text of part.deltas) {
        await delta({ type: "text_delta", text });
        if (part.spacingMs !== undefined) await stream.pause(part.spacingMs);
      }
      if (part.holds === true) await stream.hold();
      // A broken answer never gets as far as the end of its last block.
      if (ending !== "complete") return;
      break;
    case "thinking":
      await start({ type: "thinking", thinking: "", signature: "" });
      for (const thinking of part.deltas) await delta({ type: "thinking_delta", thinking });
      await delta({ type: "signature_delta", signature });
      break;
    case "tool": {
      const json = JSON.stringify(inputOf(part));
      // Never inside a value: recordings replace paths, which have to be in one piece.
      const cut = json.indexOf(":") + 1;
      await start({ type: "tool_use", id: newId("toolu"), name: part.call.name, input: {} });
      for (const partial_json of ["", json.slice(0, cut), json.slice(cut)]) {
        await delta({ type: "input_json_delta", partial_json });
      }
    }
  }
  await send("content_block_stop", { index });
}

function inputOf(part: Extract<Part, { type: "tool" }>): JsonObject {
  const { input } = part.call;
  return input.type === "json" ? input.value : { input: input.text };
}

function stopReason(parts: readonly Part[]): string {
  return parts.some((part) => part.type === "tool") ? "tool_use" : "end_turn";
}

function emptyMessage(model: string): JsonObject {
  return {
    id: newId("msg"),
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function usageOf(usage: Usage): JsonObject {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: usage.output,
    service_tier: "standard",
  };
}
