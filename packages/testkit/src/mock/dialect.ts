import type { JsonObject } from "../json.ts";
import type { Api, Conversation } from "./conversation.ts";
import type { EventStream } from "./event-stream.ts";
import { readChat } from "./read-chat.ts";
import { readGemini } from "./read-gemini.ts";
import { readMessages } from "./read-messages.ts";
import { readResponses } from "./read-responses.ts";
import type { Answer, Refusal } from "./reply.ts";
import { chatBody, streamChat } from "./write-chat.ts";
import { geminiBody, geminiRefusal, streamGemini } from "./write-gemini.ts";
import { messagesBody, streamMessages } from "./write-messages.ts";
import { responsesBody, streamResponses } from "./write-responses.ts";

/** One wire format: how its requests are read and its answers written. */
export interface Dialect {
  readonly read: (body: JsonObject) => Conversation;
  readonly stream: (reply: Answer, model: string, stream: EventStream) => Promise<void>;
  readonly body: (reply: Answer, model: string) => JsonObject;
  readonly refusal: (reply: Refusal) => JsonObject;
}

const openAiRefusal = (reply: Refusal): JsonObject => ({
  error: { message: reply.message, type: reply.kind ?? reply.code, code: reply.code, param: null },
});

/** The wire formats by the name of their API. */
export const dialects: Readonly<Record<Api, Dialect>> = {
  responses: {
    read: readResponses,
    stream: streamResponses,
    body: responsesBody,
    refusal: openAiRefusal,
  },
  messages: {
    read: readMessages,
    stream: streamMessages,
    body: messagesBody,
    refusal: (reply) => ({
      type: "error",
      error: { type: reply.code, message: reply.message },
    }),
  },
  chat: { read: readChat, stream: streamChat, body: chatBody, refusal: openAiRefusal },
  gemini: { read: readGemini, stream: streamGemini, body: geminiBody, refusal: geminiRefusal },
};
