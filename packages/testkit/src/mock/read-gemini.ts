import type { JsonObject } from "../json.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";
import type { Conversation, Entry, OfferedTool } from "./conversation.ts";
import { declared } from "./declared.ts";

/**
 * Reads the body of a Google `generateContent` request, with the `model` and the `stream` of its
 * path. Unknown parts are skipped.
 */
export function readGemini(body: JsonObject): Conversation {
  const contents = arrayOf(body["contents"]).map(objectOf);
  const settings = objectOf(body["generationConfig"]);
  const thinking = settings["thinkingConfig"];
  const schema = settings["responseJsonSchema"] ?? settings["responseSchema"];
  return {
    api: "gemini",
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    effort: stringOf(objectOf(thinking)["thinkingLevel"]) || null,
    thinking: isObject(thinking) ? thinking : null,
    system: partsOf(objectOf(body["systemInstruction"]))
      .map((part) => stringOf(part["text"]))
      .join("\n"),
    tools: arrayOf(body["tools"])
      .flatMap((tool) => arrayOf(objectOf(tool)["functionDeclarations"]))
      .map((tool) => readTool(objectOf(tool))),
    entries: contents.flatMap(readContent),
    images: contents
      .flatMap(partsOf)
      .filter((part) => stringOf(objectOf(part["inlineData"])["mimeType"]).startsWith("image/"))
      .length,
    answerSchema: isObject(schema) ? schema : null,
  };
}

function partsOf(content: JsonObject): readonly JsonObject[] {
  return arrayOf(content["parts"]).map(objectOf);
}

function readTool(tool: JsonObject): OfferedTool {
  return {
    name: stringOf(tool["name"]),
    input: "json",
    ...declared(tool["parametersJsonSchema"] ?? tool["parameters"]),
  };
}

function readContent(content: JsonObject): readonly Entry[] {
  if (content["role"] === "model") return [{ role: "assistant" }];
  return partsOf(content).flatMap((part): readonly Entry[] => {
    const { text, functionResponse } = part;
    if (typeof text === "string") return [{ role: "user", text }];
    if (!isObject(functionResponse)) return [];
    return [{ role: "tool", text: JSON.stringify(functionResponse["response"] ?? null) }];
  });
}
