import type { ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  countedTokens,
  fieldsOf,
  imageInput,
  listOf,
  messageBlocks,
  numberOf,
  textInput,
  textItem,
  TextItems,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";

/** The key of a message: Pi stores the time that its events tell. */
export function messageKey({ role, timestamp }: Fields): string {
  return `${textOf(role)}:${numberOf(timestamp) ?? 0}`;
}

/** Text and thinking of the assistant's messages: as deltas where it streams, else whole. */
export class TextBlocks {
  readonly items: TextItems = new TextItems();
  readonly #streamed = new Set<string>();
  #message = "";

  /** A message begins to stream. */
  start(message: Fields): void {
    this.#message = messageKey(message);
    this.#streamed.clear();
  }

  /** A piece of it; older versions send all there is along with it, which is not looked at. */
  update({ type, contentIndex, delta }: Fields): ThreadOp[] {
    const [, block = "", step = ""] = /^(text|thinking)_(\w+)$/.exec(textOf(type)) ?? [];
    const kind = kindOf(block);
    const key = `${this.#message}:${numberOf(contentIndex) ?? 0}`;
    if (kind === null) return [];
    if (step === "end") return this.items.close(key);
    if (textOf(delta) !== "") this.#streamed.add(key);
    return this.items.delta(key, kind, textOf(delta));
  }

  /** It is complete: what was streamed stays as it is, what was not is told whole. */
  end(message: Fields): ThreadOp[] {
    const whole = listOf(message["content"]).flatMap(({ type, text, thinking }, index) => {
      const key = `${messageKey(message)}:${index}`;
      const kind = kindOf(textOf(type));
      return kind === null || this.#streamed.has(key)
        ? []
        : textItem(key, kind, textOf(text ?? thinking));
    });
    return [...this.items.abandon(), ...whole];
  }
}

function kindOf(block: string): "message" | "reasoning" | null {
  if (block === "text") return "message";
  return block === "thinking" ? "reasoning" : null;
}

/** What the user sent, out of a message. */
export function inputOf(content: unknown): readonly UserInput[] {
  const images = listOf(content).flatMap(({ type, data, mimeType }) => {
    return type === "image" ? [imageInput(textOf(mimeType), textOf(data))] : [];
  });
  return [textInput(wordsIn(content)), ...images];
}

/** The text of a message, which is a string or a list of blocks. */
export function wordsIn(content: unknown): string {
  const words = messageBlocks(content).map(({ text }) => textOf(text));
  return words.join("");
}

/** The tokens of one model request, or of several. */
export function tokensOf(usage: unknown): Tokens {
  const { cacheRead: cached, cacheWrite: written, input, output, reasoning } = fieldsOf(usage);
  return countedTokens({ input, cached, written, output, reasoning });
}
