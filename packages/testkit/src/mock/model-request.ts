import type { JsonObject } from "../json.ts";
import type { Api } from "./conversation.ts";

/** A request for an answer of the model. */
export interface ModelRequest {
  readonly api: Api;
  /** What is said in the path rather than in the body, as members of the body. */
  readonly inPath: JsonObject;
}

/** The model request that a method and a path stand for; undefined when they are none. */
export function modelRequest(method: string, path: string): ModelRequest | undefined {
  if (method !== "POST") return undefined;
  switch (path) {
    case "/v1/responses":
      return { api: "responses", inPath: {} };
    case "/v1/messages":
      return { api: "messages", inPath: {} };
    case "/v1/chat/completions":
      return { api: "chat", inPath: {} };
    default:
      return generateContent(path);
  }
}

/** Google has the model and the manner of the answer in the path. */
function generateContent(path: string): ModelRequest | undefined {
  const [, model, stream] =
    /^\/v1(?:beta)?\/models\/([^/:]+):(?:g|(streamG))enerateContent$/.exec(path) ?? [];
  if (model === undefined) return undefined;
  return { api: "gemini", inPath: { model, stream: stream !== undefined } };
}
