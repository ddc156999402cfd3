import type { JsonObject } from "../json.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";
import type { Conversation, Entry, OfferedTool } from "./conversation.ts";
import { passesOnTyping } from "./conversation.ts";
import { declared } from "./declared.ts";

/** Reads the body of an Anthropic Messages request. Unknown blocks are skipped. */
export function readMessages(body: JsonObject): Conversation {
  const messages = arrayOf(body["messages"]).map(objectOf);
  const output = objectOf(body["output_config"]);
  const schema = objectOf(output["format"])["schema"];
  return {
    api: "messages",
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    effort: stringOf(output["effort"]) || null,
    thinking: isObject(body["thinking"]) ? body["thinking"] : null,
    // Claude Code sends its environment as messages of the role "system", between the others.
    system: [
      ...blocksOf(body["system"]),
      ...messages
        .filter((message) => message["role"] === "system")
        .flatMap((message) => blocksOf(message["content"])),
    ]
      .map((block) => stringOf(block["text"]))
      .join("\n"),
    tools: arrayOf(body["tools"]).map((tool) => readTool(objectOf(tool))),
    entries: messages.flatMap(readMessage),
    images: messages
      .flatMap((message) => blocksOf(message["content"]))
      .filter((block) => block["type"] === "image").length,
    answerSchema: isObject(schema) ? schema : null,
  };
}

function blocksOf(content: unknown): readonly JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return arrayOf(content).map(objectOf);
}

function readTool(tool: JsonObject): OfferedTool {
  return {
    name: stringOf(tool["name"]),
    input: "json",
    ...declared(tool["input_schema"]),
  };
}

function readMessage(message: JsonObject): readonly Entry[] {
  if (message["role"] === "assistant") return [{ role: "assistant" }];
  if (message["role"] === "system") {
    return blocksOf(message["content"])
      .map((block) => stringOf(block["text"]))
      .filter(passesOnTyping)
      .map((text) => ({ role: "user", text }));
  }
  if (message["role"] !== "user") return [];
  return blocksOf(message["content"]).flatMap((block): readonly Entry[] => {
    switch (block["type"]) {
      case "text":
        return [{ role: "user", text: stringOf(block["text"]) }];
      case "tool_result":
        return [{ role: "tool", text: resultText(block["content"]) }];
      default:
        return [];
    }
  });
}

function resultText(content: unknown): string {
  return blocksOf(content)
    .map((block) => stringOf(block["text"]))
    .join("\n");
}
