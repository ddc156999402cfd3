import type { BridgeHost, Prompt } from "@fairlead/bridge-core";
import { wordsAndImages } from "@fairlead/bridge-core/parts";
import type { Data } from "./program.ts";

/** A prompt as `add_user_message` takes it. Rejects, naming it, when Droid takes no input of that kind. */
export async function messageOf(prompt: Prompt, host: BridgeHost): Promise<Data> {
  const { id: messageId, input, outputSchema: schema } = prompt;
  const { text, images: given } = await wordsAndImages("Droid", input, host);
  const images = given.map(({ mediaType, base64: data }) => ({ type: "base64", mediaType, data }));
  const outputFormat = schema !== null && { outputFormat: { type: "json_schema", schema } };
  return { messageId, text, ...(images.length > 0 && { images }), ...outputFormat };
}
