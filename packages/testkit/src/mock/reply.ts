import type { JsonObject } from "../json.ts";

/** A call of one of the offered tools. */
export interface ToolCall {
  readonly name: string;
  readonly namespace?: string;
  readonly input:
    | { readonly type: "json"; readonly value: JsonObject }
    | { readonly type: "freeform"; readonly text: string };
}

/** One block of an answer. */
export type Part =
  | { readonly type: "thinking"; readonly deltas: readonly string[] }
  | {
      readonly type: "text";
      readonly deltas: readonly string[];
      readonly spacingMs?: number;
      /** Stops in front of the end of the text until the mock is released. */
      readonly holds?: boolean;
    }
  | { readonly type: "tool"; readonly call: ToolCall };

/** Why an answer breaks off after its stream was opened. */
export type StreamFailure =
  | "server_error"
  | "server_is_overloaded"
  | "context_length_exceeded"
  | "insufficient_quota";

type Ending =
  | { readonly type: "complete" }
  | { readonly type: "failed"; readonly code: StreamFailure; readonly message: string }
  | { readonly type: "disconnect" };

/** Token counts as the agent is told them. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** A model's answer, or as much of it as gets through. */
export interface Answer {
  readonly type: "answer";
  readonly parts: readonly Part[];
  readonly usage: Usage;
  readonly ending: Ending;
}

/** A request turned away with an HTTP status. */
export interface Refusal {
  readonly type: "refusal";
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What OpenAI calls the type of the error; absent when it is the same as the code. */
  readonly kind?: string;
  /** What Google says beside the message; absent where it says nothing. */
  readonly details?: readonly JsonObject[];
}

/** What the mock does with a model request, whichever API it came through. */
export type Reply = Answer | Refusal;

/** An answer that is one text, streamed word by word. */
export function textParts(text: string): readonly Part[] {
  return [{ type: "text", deltas: words(text) }];
}

/** Splits a text into the deltas it is streamed as: words with the space in front of them. */
export function words(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}
