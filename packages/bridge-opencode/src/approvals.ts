import {
  fieldsOf,
  listOf,
  textOf,
  type Fields,
  type HttpClient,
} from "@fairlead/bridge-core/parts";
import { BridgeError, type AskAnswer, type Settings } from "@fairlead/bridge-core";
import { inFolder } from "./server.ts";
import type { Folder } from "./folder.ts";
import { decide } from "./permissions.ts";
import { replyTo } from "./translate/replies.ts";
import type { Translator } from "./translate/translator.ts";

/** What {@link Approvals} needs of its thread. */
export interface ApprovalsOptions {
  readonly client: HttpClient;
  readonly translator: Translator;
  readonly folder: Folder;
  readonly cwd: string;
  readonly settings: () => Settings;
}

/** Answers what OpenCode asks: with the user's words, or by their settings and rules. */
export class Approvals {
  readonly #o: ApprovalsOptions;
  /** Agents by session, the sub-agents' sessions included. */
  readonly #agents = new Map<string, string>();

  constructor(o: ApprovalsOptions) {
    this.#o = o;
  }

  /** Remembers which agent a session has, where an event tells it. */
  noteAgent({ sessionID, info }: Fields): void {
    const { agent } = fieldsOf(info);
    if (typeof agent === "string") this.#agents.set(textOf(sessionID), agent);
  }

  /** The reply to a request that nobody has to be asked about; null for the others. */
  decide(request: Fields): Promise<void> | null {
    const { translator, folder, cwd, settings } = this.#o;
    const id = textOf(request["id"]);
    const pending = translator.pending.get(id);
    if (pending === undefined) return null;
    const { permission, patterns, metadata } = request;
    const agent = this.#agents.get(pending.session) ?? folder.agent;
    const decision = decide(
      {
        permission: textOf(permission),
        patterns: Array.isArray(patterns) ? patterns.map(textOf) : ["*"],
        files: filesOf(fieldsOf(metadata)),
      },
      { settings: settings(), rules: folder.rules.get(agent) ?? [], cwd },
    );
    if (decision === "ask") return null;
    return this.answer(id, { type: decision === "grant" ? "accept" : "decline" });
  }

  /** Replies to a request that waits; one that waits no more is passed over. */
  async answer(id: string, answer: AskAnswer): Promise<void> {
    const { translator, client, cwd } = this.#o;
    const pending = translator.pending.get(id);
    if (pending === undefined) return;
    translator.pending.delete(id);
    const { path, body } = replyTo(pending, answer);
    await client.post(inFolder(path, cwd), body).catch((error: unknown) => {
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
