import type { ThreadItem } from "@fairlead/codex-proto";
import type { ItemDraft } from "../ops.ts";
import { wireItem, type ItemContext, type ItemStatus } from "./items.ts";
import { OutputBuffer, TextBuffer } from "./text-buffer.ts";

/** One item between its first op and its close. */
export class OpenItem {
  readonly key: string;
  readonly id: string;
  readonly startedAtMs: number;
  draft: ItemDraft;
  /** Set when the user refused: what did not come to be then was declined, and did not fail. */
  declined = false;
  readonly output: OutputBuffer = new OutputBuffer();
  readonly children: string[] = [];
  readonly #parts: TextBuffer[] = [];

  constructor(key: string, id: string, draft: ItemDraft, startedAtMs: number) {
    this.key = key;
    this.id = id;
    this.draft = draft;
    this.startedAtMs = startedAtMs;
  }

  /** Sections begun so far. */
  get parts(): number {
    return this.#parts.length;
  }

  addPart(): void {
    this.#parts.push(new TextBuffer());
  }

  appendText(part: number, delta: string): void {
    while (this.#parts.length <= part) this.addPart();
    this.#parts[part]?.append(delta);
  }

  /** The wire item as it is now. */
  snapshot(
    thread: Pick<ItemContext, "threadId" | "cwd" | "clientToolServer">,
    status: ItemStatus,
    completedAtMs: number | null,
    output: string | null,
  ): ThreadItem {
    return wireItem(this.draft, {
      ...thread,
      id: this.id,
      text: this.#parts.map(String),
      output,
      status,
      startedAtMs: this.startedAtMs,
      completedAtMs,
      children: this.children,
    });
  }
}
