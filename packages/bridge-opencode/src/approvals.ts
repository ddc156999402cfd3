import { fieldsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { BridgeError, type AskAnswer, type Settings } from "@fairlead/bridge-core";
import type { Folder } from "./folder.ts";
import { decide } from "./permissions.ts";
import { replyTo } from "./translate/replies.ts";
import type { Translator } from "./translate/translator.ts";

/** Answers what OpenCode asks: with the user's words, or by their settings and rules. */
export class Approvals {
  readonly #folder: Folder;
  readonly #translator: Translator;
  /** Agents by session, the sub-agents' sessions included. */
  readonly #agents = new Map<string, string>();

  constructor(folder: Folder, translator: Translator) {
    this.#folder = folder;
    this.#translator = translator;
  }

  /** Remembers which agent a session has, where an event tells it. */
  noteAgent({ sessionID, info }: Fields): void {
    const { agent } = fieldsOf(info);
    if (typeof agent === "string") this.#agents.set(textOf(sessionID), agent);
  }

  /** The reply to a request that nobody has to be asked about; null for the others. */
  decide(request: Fields, settings: Settings): Promise<void> | null {
    const id = textOf(request["id"]);
    const pending = this.#translator.pending.get(id);
    if (pending === undefined) return null;
    const { rules: all, agent, cwd } = this.#folder;
    const rules = all.get(this.#agents.get(pending.session) ?? agent) ?? [];
    const decision = decide(request, { settings, rules, cwd });
    if (decision === "ask") return null;
    return this.answer(id, { type: decision === "grant" ? "accept" : "decline" });
  }

  /** Replies to a request that waits; one that waits no more is passed over. */
  async answer(id: string, answer: AskAnswer): Promise<void> {
    const waiting = this.#translator.pending;
    const pending = waiting.get(id);
    if (pending === undefined) return;
    waiting.delete(id);
    const { path, body } = replyTo(pending, answer);
    await this.#folder.client.post(path, body).catch((error: unknown) => {
      if (!BridgeError.is(error) || error.kind !== "not-found") throw error;
    });
  }
}
