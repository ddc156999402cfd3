import type { ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  fieldsOf,
  imageInput,
  listOf,
  numberOf,
  textInput,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";

const kinds = { text: "message", thinking: "reasoning" } as const;
type Kind = (typeof kinds)[keyof typeof kinds];

/** The key of a message: Pi stores the time that its events tell. */
export function messageKey({ role, timestamp }: Fields): string {
  return `${textOf(role)}:${numberOf(timestamp) ?? 0}`;
}

/** Text and thinking of the assistant's messages: as deltas where it streams, else whole. */
export class TextBlocks {
  #message = "";
  readonly #open = new Set<string>();
  readonly #seen = new Set<string>();

  /** A message begins to stream. */
  start(message: Fields): void {
    this.#message = messageKey(message);
    this.#seen.clear();
  }

  /** A piece of it; older versions send all there is along with it, which is not looked at. */
  update({ type, contentIndex, delta }: Fields): ThreadOp[] {
    const [, block = "", step = ""] = /^(text|thinking)_(\w+)$/.exec(textOf(type)) ?? [];
    const kind = kindOf(block);
    const key = `${this.#message}:${numberOf(contentIndex) ?? 0}`;
    if (kind === null) return [];
    if (step === "end") return this.#close(key);
    if (step !== "delta" || textOf(delta) === "") return [];
    const text: ThreadOp = { op: "text", key, delta: textOf(delta) };
    if (this.#open.has(key)) return [text];
    this.#open.add(key);
    this.#seen.add(key);
    return [{ op: "open", key, item: { type: kind } }, text];
  }

  /** It is complete: what was streamed stays as it is, what was not is told whole. */
  end(message: Fields): ThreadOp[] {
    const name = messageKey(message);
    const whole = listOf(message["content"]).flatMap((part, index) => {
      const key = `${name}:${index}`;
      const kind = kindOf(textOf(part["type"]));
      const text = textOf(part["text"] ?? part["thinking"]);
      return kind === null || text === "" || this.#seen.has(key) ? [] : wholeText(key, kind, text);
    });
    return [...this.abandon(), ...whole];
  }

  /** Nothing more comes of what is open. */
  abandon(): ThreadOp[] {
    return [...this.#open].flatMap((key) => this.#close(key));
  }

  #close(key: string): ThreadOp[] {
    return this.#open.delete(key) ? [{ op: "close", key }] : [];
  }
}

function kindOf(block: string): Kind | null {
  return block === "text" || block === "thinking" ? kinds[block] : null;
}

/** A text item from start to end. */
export function wholeText(key: string, kind: Kind, text: string): ThreadOp[] {
  return [
    { op: "open", key, item: { type: kind } },
    { op: "text", key, delta: text },
    { op: "close", key },
  ];
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
  return (
    textOf(content) ||
    listOf(content)
      .map(({ text }) => textOf(text))
      .join("")
  );
}

/** The tokens of one model request. */
export function tokensOf(usage: unknown): Tokens {
  const { input, output, cacheRead, cacheWrite, reasoning } = fieldsOf(usage);
  const cached = numberOf(cacheRead) ?? 0;
  return {
    input: (numberOf(input) ?? 0) + cached + (numberOf(cacheWrite) ?? 0),
    cached,
    output: numberOf(output) ?? 0,
    reasoning: numberOf(reasoning) ?? 0,
  };
}
