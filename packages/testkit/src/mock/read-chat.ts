import type { JsonObject } from "../json.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";
import type { Conversation, Entry } from "./conversation.ts";
import { passesOnTyping } from "./conversation.ts";
import { declared } from "./declared.ts";

/** Reads the body of an OpenAI Chat Completions request. Unknown parts are skipped. */
export function readChat(body: JsonObject): Conversation {
  const messages = arrayOf(body["messages"]).map(objectOf);
  const schema = objectOf(objectOf(body["response_format"])["json_schema"])["schema"];
  return {
    api: "chat",
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    effort: stringOf(body["reasoning_effort"]) || null,
    thinking: null,
    system: messages
      .filter((message) => message["role"] === "system" || message["role"] === "developer")
      .flatMap((message) => partsOf(message["content"]))
      .map((part) => stringOf(part["text"]))
      .join("\n"),
    tools: arrayOf(body["tools"]).map((tool) => {
      const definition = objectOf(objectOf(tool)["function"]);
      return {
        name: stringOf(definition["name"]),
        input: "json",
        ...declared(definition["parameters"]),
      };
    }),
    entries: messages.flatMap(readMessage),
    images: messages
      .flatMap((message) => partsOf(message["content"]))
      .filter((part) => part["type"] === "image_url").length,
    answerSchema: isObject(schema) ? schema : null,
  };
}

function partsOf(content: unknown): readonly JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return arrayOf(content).map(objectOf);
}

function readMessage(message: JsonObject): readonly Entry[] {
  const texts = partsOf(message["content"])
    .filter((part) => part["type"] === "text")
    .map((part) => stringOf(part["text"]));
  switch (message["role"]) {
    case "user":
      return texts.map((text) => ({ role: "user", text }));
    case "assistant":
      return [{ role: "assistant" }];
    case "tool": {
      const text = texts.join("\n");
      // Hermes passes on in a result what the user typed meanwhile.
      return passesOnTyping(text)
        ? [
            { role: "tool", text },
            { role: "user", text },
          ]
        : [{ role: "tool", text }];
    }
    default:
      return [];
  }
}
