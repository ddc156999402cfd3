import { readdirSync, readFileSync } from "node:fs";
import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { historyOps } from "../src/translate/history.ts";
import type { TranslatorOptions } from "../src/translate/conversation.ts";
import { Translator } from "../src/translate/translator.ts";

/** One line of a recording. */
type Row =
  | { readonly dir: "send" | "recv"; readonly frame: Fields }
  | { readonly dir: "stored"; readonly session: string; readonly messages: Fields };

/** The names of all recordings. */
export function recordings(): readonly string[] {
  const files = readdirSync(new URL("fixtures/", import.meta.url));
  return files
    .filter((file) => file.endsWith(".native.jsonl"))
    .map((file) => file.split(".")[0] ?? "");
}

/** The lines of a recording behind its first. */
export function recorded(name: string): readonly Row[] {
  const file = new URL(`fixtures/${name}.native.jsonl`, import.meta.url);
  const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line): Row => {
    const { dir, frame, session, messages } = fieldsOf(JSON.parse(line));
    if (dir === "stored") {
      return { dir, session: textOf(session), messages: fieldsOf(messages) };
    }
    return { dir: dir === "send" ? "send" : "recv", frame: fieldsOf(frame) };
  });
}

function optionsOf(rows: readonly Row[]): TranslatorOptions {
  const stored = rows.find((row) => row.dir === "stored");
  return {
    session: stored?.dir === "stored" ? stored.session : "",
    cwd: "/home/user/project",
    servers: new Map([
      ["lab", "lab"],
      ["lab.mcp", "lab.mcp"],
    ]),
    window: (model) => (model === "mock/mock-1" ? 200_000 : undefined),
  };
}

/** The translator of a recording, and the ops of its first `count` lines, events told so often. */
export function played(
  name: string,
  count: number = Infinity,
  often: number = 1,
): { readonly translator: Translator; readonly ops: readonly ThreadOp[] } {
  const rows = recorded(name);
  const translator = new Translator(optionsOf(rows));
  const ops = rows.slice(0, count).flatMap((row): readonly ThreadOp[] => {
    if (row.dir === "stored") return [];
    if (row.dir === "recv") {
      const { frame } = row;
      // A delta told twice is text that came twice; a second idle or error counts.
      const { status } = fieldsOf(frame["properties"]);
      const once = /^(message\.part\.delta|session\.error)$/.test(textOf(frame["type"]));
      const counts = once || fieldsOf(status)["type"] === "idle";
      const times = counts ? 1 : often;
      return Array.from(
        { length: times },
        () => translator.translate(frame) ?? [strange(frame)],
      ).flat();
    }
    const { prompt, turn, known, answered } = row.frame;
    if (answered !== undefined) translator.pending.delete(textOf(answered));
    if (prompt !== undefined) {
      const by = known === "order" ? known : "mark";
      translator.turns.given(textOf(prompt), turn === "open" ? turn : "new", by);
    }
    return [];
  });
  return { translator, ops };
}

function strange({ type }: Fields): ThreadOp {
  return { op: "notice", message: `unknown ${textOf(type)}` };
}

/** The ops of a recording as it was live. */
export function opsOf(name: string): readonly ThreadOp[] {
  return played(name).ops;
}

/** The ops of what OpenCode had stored when the recording was over. */
export function storedOpsOf(name: string): readonly ThreadOp[] {
  const rows = recorded(name);
  const options = optionsOf(rows);
  const stored = rows.find((row) => row.dir === "stored");
  const all = new Map(Object.entries(stored?.dir === "stored" ? stored.messages : {}));
  const messages = listOf(all.get(options.session));
  all.delete(options.session);
  return historyOps(options, messages, new Map([...all].map(([id, list]) => [id, listOf(list)])));
}

/** Ops as short lines: deltas of one item joined, tokens left out. */
export function compact(ops: readonly ThreadOp[]): string {
  const lines: string[] = [];
  let last: { readonly key: string; text: string } | null = null;
  for (const op of ops) {
    if (op.op === "usage") continue;
    if (op.op === "text" && last !== null && last.key === op.key) {
      last.text += op.delta;
      lines[lines.length - 1] = `${where(op)}text ${op.key} ${JSON.stringify(last.text)}`;
      continue;
    }
    last = op.op === "text" ? { key: op.key, text: op.delta } : null;
    const { op: name, thread: _thread, atMs: _atMs, ...rest } = op;
    lines.push(
      `${where(op)}${name} ${op.op === "text" ? `${op.key} ${JSON.stringify(op.delta)}` : JSON.stringify(rest)}`,
    );
  }
  return lines.join("\n");
}

function where({ thread }: ThreadOp): string {
  return thread === undefined ? "" : `[${thread}] `;
}

/** What core shows of these ops: what is told of an item again, or once it is closed, is no news. */
export function shown(ops: readonly ThreadOp[]): readonly ThreadOp[] {
  const told = new Map<string, string>();
  return ops.filter((op) => {
    const isUpsert = /^(open|close|plan)$/.test(op.op) || (op.op === "output" && "total" in op);
    if (!isUpsert) return true;
    const key = "key" in op ? op.key : "";
    const [place, words] = [`${op.op} ${key}`, JSON.stringify(op)];
    const isNews = !told.has(`close ${key}`) && told.get(place) !== words;
    told.set(place, words);
    return isNews;
  });
}

/** A recording in short lines, without the title, which comes whenever it is found. */
export function live(name: string): string {
  return compact(shown(opsOf(name)).filter(({ op }) => op !== "title"));
}
