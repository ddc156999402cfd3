import { join } from "node:path";
import {
  BridgeError,
  type BridgeHost,
  type NativeSession,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  fieldsOf,
  isReadable,
  numberOf,
  opsBehind,
  PastTurns,
  printedFrames,
  saidBy,
  textInput,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { executableIn, pythonOf, scripts } from "./install.ts";
import { GatewayTranslator } from "./translate/gateway.ts";

/** Hermes' store of conversations, read by Hermes' own Python. Without one there are none. */
export class SessionStore {
  readonly #host: BridgeHost;

  constructor(host: BridgeHost) {
    this.#host = host;
  }

  /** Newest first. */
  async *list(cwd: string | null, signal: AbortSignal): AsyncGenerator<NativeSession, void> {
    for await (const row of this.#lines("list", cwd === null ? [] : [cwd], signal)) {
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
    for await (const { type: told, at, payload: about } of this.#lines("read", [id], signal)) {
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
    for await (const { type, payload } of this.#lines("read", [id], new AbortController().signal)) {
      if (type === "fairlead.turn") newest = textOf(fieldsOf(payload)["row"]);
    }
    return newest;
  }

  /** Gives a conversation that is not open a title. */
  rename(id: string, title: string): Promise<void> {
    return this.#told(["rename", id, title], / renamed to: /);
  }

  /** Deletes a conversation that is not open. */
  delete(id: string): Promise<void> {
    return this.#told(["delete", id, "--yes"], /Deleted session /);
  }

  /** Has Hermes' own program do it, which says so, and no more, when it cannot. */
  async #told(args: readonly string[], done: RegExp): Promise<void> {
    const file = executableIn(await this.#host.environment(null));
    const spec = { file, args: ["sessions", ...args], cwd: "/" };
    const said = await saidBy(this.#host, spec, new AbortController().signal);
    if (!done.test(said)) throw new BridgeError("other", `Hermes: ${said.trim()}`);
  }

  async *#lines(
    what: "list" | "read",
    more: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Fields, void> {
    const environment = await this.#host.environment(null);
    const home = environment["HERMES_HOME"] || join(environment["HOME"] ?? "/", ".hermes");
    const store = join(home, "state.db");
    const python = await pythonOf(this.#host, environment);
    if (python === null || !(await isReadable(this.#host.files, store))) return;
    const args = [scripts.sessions, what, store, ...more];
    yield* printedFrames(this.#host, { file: python, args, cwd: home }, signal);
  }
}

function msOf(seconds: unknown): number {
  return Math.round((numberOf(seconds) ?? 0) * 1000);
}
