import type { BridgeHost, NativeSession, ThreadOp } from "@fairlead/bridge-core";
import {
  fieldsOf,
  numberOf,
  opsBehind,
  PastTurns,
  textInput,
  textOf,
} from "@fairlead/bridge-core/parts";
import { sessionsCommand, storedEvents, storedSessions } from "@fairlead/hermes-client";
import { GatewayTranslator } from "./translate/gateway.ts";

/** Hermes' store of conversations, read by Hermes' own Python. Without one there are none. */
export class SessionStore {
  readonly #host: BridgeHost;

  constructor(host: BridgeHost) {
    this.#host = host;
  }

  /** Newest first. */
  async *list(cwd: string | null, signal: AbortSignal): AsyncGenerator<NativeSession, void> {
    for await (const row of storedSessions(this.#host, cwd, signal)) {
      yield {
        nativeId: textOf(row["id"]),
        parentNativeId: textOf(row["parent"]) || null,
        cwd: textOf(row["cwd"]) || null,
        title: textOf(row["title"]) || null,
        preview: textOf(row["preview"]).replaceAll(/\s+/g, " ").trim(),
        createdAtMs: msOf(row["created"]),
        updatedAtMs: msOf(row["updated"]),
        stamp: textOf(row["stamp"]),
        archived: row["archived"] === true,
        busyElsewhere: false,
      };
    }
  }

  /** Past turns, named by the rows of what the user said. */
  async *read(
    id: string,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadOp, void> {
    const past = new PastTurns();
    const translator = new GatewayTranslator("/");
    let isAnswered = true;
    const close = (): void => {
      if (!isAnswered) translator.outcome = { status: "interrupted" };
      past.push(past.lastMs, translator.end(null));
    };
    for await (const { type: told, at, payload: about } of storedEvents(this.#host, id, signal)) {
      const [type, payload, atMs] = [textOf(told), fieldsOf(about), msOf(at)];
      if (type === "fairlead.turn") {
        close();
        const turn = textOf(payload["row"]);
        past.push(atMs, [{ op: "begin", turn, input: [textInput(textOf(payload["text"]))] }]);
        translator.turns.open = turn;
        isAnswered = false;
      } else if (type === "fairlead.call") past.push(atMs, translator.called(payload).ops);
      else past.push(atMs, translator.translate(type, payload) ?? []);
      isAnswered ||= type === "message.delta" && textOf(payload["text"]) !== "";
    }
    close();
    const ops = past.turns.flatMap((turn) => turn.ops);
    yield* opsBehind(ops, after);
  }

  /** Key of the newest turn; null of a conversation without one. */
  async newestTurn(id: string): Promise<string | null> {
    let newest: string | null = null;
    const { signal } = new AbortController();
    for await (const { type, payload } of storedEvents(this.#host, id, signal)) {
      if (type === "fairlead.turn") newest = textOf(fieldsOf(payload)["row"]);
    }
    return newest;
  }

  /** Gives a conversation that is not open a title. */
  rename(id: string, title: string): Promise<void> {
    return sessionsCommand(this.#host, ["rename", "--", id, title], / renamed to: /);
  }

  /** Deletes a conversation that is not open. */
  delete(id: string): Promise<void> {
    return sessionsCommand(this.#host, ["delete", id, "--yes"], /Deleted session /);
  }
}

function msOf(seconds: unknown): number {
  return Math.round((numberOf(seconds) ?? 0) * 1000);
}
