import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
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
  decide({ id, permission, patterns, metadata }: Fields, settings: Settings): Promise<void> | null {
    const pending = this.#translator.pending.get(textOf(id));
    if (pending === undefined) return null;
    const { rules, agent, cwd } = this.#folder;
    const request = {
      permission: textOf(permission),
      patterns: Array.isArray(patterns) ? patterns.map(textOf) : ["*"],
      files: filesOf(fieldsOf(metadata)),
    };
    const own = rules.get(this.#agents.get(pending.session) ?? agent) ?? [];
    const decision = decide(request, { settings, rules: own, cwd });
    if (decision === "ask") return null;
    return this.answer(textOf(id), { type: decision === "grant" ? "accept" : "decline" });
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

/** Files of an edit, absolute. */
function filesOf({ filepath, files }: Fields): readonly string[] {
  const many = listOf(files).flatMap(({ filePath, movePath }) => [filePath, movePath]);
  const named = many.length > 0 ? many : [filepath];
  return named.filter((path) => path !== undefined && path !== null).map(textOf);
}
