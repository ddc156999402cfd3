import type { JsonObject } from "../json.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";
import type { Conversation, Entry, OfferedTool } from "./conversation.ts";
import { declared } from "./declared.ts";

/** Reads the body of an OpenAI Responses request. Unknown items are skipped. */
export function readResponses(body: JsonObject): Conversation {
  const items =
    typeof body["input"] === "string"
      ? [{ type: "message", role: "user", content: body["input"] }]
      : arrayOf(body["input"]).map(objectOf);
  const reasoning = objectOf(body["reasoning"]);
  const format = objectOf(objectOf(body["text"])["format"]);
  return {
    api: "responses",
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    effort: stringOf(reasoning["effort"]) || null,
    thinking: isObject(body["reasoning"]) ? body["reasoning"] : null,
    system: [stringOf(body["instructions"]), ...items.flatMap(instructionTexts)].join("\n"),
    tools: [...arrayOf(body["tools"]), ...items.flatMap(lateTools)].flatMap((tool) =>
      readTool(objectOf(tool)),
    ),
    entries: items.flatMap(readItem),
    images: items.flatMap(contentParts).filter((part) => part["type"] === "input_image").length,
    answerSchema: isObject(format["schema"]) ? format["schema"] : null,
  };
}

function contentParts(item: JsonObject): readonly JsonObject[] {
  const content = item["content"];
  if (typeof content === "string") return [{ type: "input_text", text: content }];
  return arrayOf(content).map(objectOf);
}

function instructionTexts(item: JsonObject): readonly string[] {
  const role = item["role"];
  if (role !== "developer" && role !== "system") return [];
  return contentParts(item).map((part) => stringOf(part["text"]));
}

function lateTools(item: JsonObject): readonly unknown[] {
  return item["type"] === "additional_tools" || item["type"] === "tool_search_output"
    ? arrayOf(item["tools"])
    : [];
}

function readTool(tool: JsonObject, namespace?: string): readonly OfferedTool[] {
  const name = stringOf(tool["name"]);
  const scope = namespace === undefined ? {} : { namespace };
  switch (tool["type"]) {
    case "namespace":
      return arrayOf(tool["tools"]).flatMap((inner) => readTool(objectOf(inner), name));
    case "custom":
      return [{ name, ...scope, input: "freeform", properties: [], texts: [] }];
    case "function":
      return [
        {
          name,
          ...scope,
          input: "json",
          ...declared(tool["parameters"]),
        },
      ];
    default:
      return [];
  }
}

function readItem(item: JsonObject): readonly Entry[] {
  switch (stringOf(item["type"])) {
    case "message":
    case "":
      if (item["role"] === "assistant") return [{ role: "assistant" }];
      if (item["role"] !== "user") return [];
      return contentParts(item)
        .filter((part) => part["type"] === "input_text")
        .map((part) => ({ role: "user", text: stringOf(part["text"]) }));
    case "function_call_output":
    case "custom_tool_call_output":
    case "tool_search_output":
      return [{ role: "tool", text: outputText(item["output"]) }];
    case "reasoning":
    case "function_call":
    case "custom_tool_call":
    case "tool_search_call":
      return [{ role: "assistant" }];
    default:
      return [];
  }
}

function outputText(output: unknown): string {
  if (typeof output === "string") return output;
  return arrayOf(output)
    .map((part) => stringOf(objectOf(part)["text"]))
    .join("\n");
}
