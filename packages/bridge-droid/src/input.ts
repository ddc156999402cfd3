import type { BridgeHost } from "@fairlead/bridge-core";
import { wordsAndImages } from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import type { Data } from "./program.ts";

/** A user's input as `add_user_message` takes it. Rejects, naming it, when Droid takes none of that kind. */
export async function messageOf(input: readonly UserInput[], host: BridgeHost): Promise<Data> {
  const { text, images } = await wordsAndImages("Droid", input, host);
  const sent = images.map(({ mediaType, base64: data }) => ({ type: "base64", mediaType, data }));
  return sent.length === 0 ? { text } : { text, images: sent };
}
