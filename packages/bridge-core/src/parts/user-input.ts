import type { UserInput } from "@fairlead/codex-proto";

/** Plain text as a client would have sent it. */
export function textInput(text: string): UserInput {
  return { type: "text", text, text_elements: [] };
}

/** An image as a client would have sent it. */
export function imageInput(mediaType: string, base64: string): UserInput {
  return { type: "image", url: `data:${mediaType};base64,${base64}` };
}
