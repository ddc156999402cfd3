import type { ThreadOp } from "@fairlead/bridge-core";
import { readFileSync } from "node:fs";
import { fieldsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { Translator } from "../src/translate/translator.ts";

/** The frames of a recording, what the host sent among them. */
function recorded(name: string): readonly { readonly sent: boolean; readonly frame: Fields }[] {
  const file = new URL(`fixtures/${name}.native.jsonl`, import.meta.url);
  const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const { dir, frame } = fieldsOf(JSON.parse(line));
    return { sent: dir === "send", frame: fieldsOf(frame) };
  });
}

/** The ops of a recording, as the bridge would have made them while it was recorded. */
export function opsOf(name: string): readonly ThreadOp[] {
  const translator = new Translator(null, false);
  const calls = new Map<string, string>();
  return recorded(name).flatMap(({ sent, frame }) => {
    const request = fieldsOf(frame["request"]);
    if (frame["type"] === "control_request" && !sent) {
      calls.set(textOf(frame["request_id"]), textOf(request["tool_use_id"]));
      return translator.ask(textOf(frame["request_id"]), request)?.ops ?? [];
    }
    if (frame["type"] === "control_response") {
      const { request_id: id, response } = fieldsOf(frame["response"]);
      const denied = fieldsOf(response)["behavior"] === "deny";
      if (sent && denied) translator.declined.add(calls.get(textOf(id)) ?? "");
      return [];
    }
    if (!sent) return translator.translate(frame) ?? [strange(frame)];
    const uuid = textOf(frame["uuid"]);
    if (frame["type"] === "user" && uuid !== "") {
      translator.turns.given(uuid, translator.turns.open === null ? "new" : "open");
    }
    return [];
  });
}

function strange(frame: Fields): ThreadOp {
  return { op: "notice", message: `unknown frame ${textOf(frame["type"])}` };
}

/** Ops as short lines: deltas of one item joined, tokens left out, ids by their order. */
export function compact(ops: readonly ThreadOp[]): string {
  const names = new Map<string, string>();
  const short = (text: string): string =>
    text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{22}|(msg|toolu)_\w+?\b/g, (id) => {
      const name = names.get(id) ?? `#${names.size + 1}`;
      names.set(id, name);
      return name;
    });
  const lines: string[] = [];
  let last: { readonly key: string; text: string } | null = null;
  for (const op of ops) {
    if (op.op === "usage" || op.op === "alias") continue;
    if (op.op === "text" && last?.key === op.key) {
      last.text += op.delta;
      lines[lines.length - 1] = `text ${op.key} ${JSON.stringify(last.text)}`;
      continue;
    }
    last = op.op === "text" ? { key: op.key, text: op.delta } : null;
    const { op: name, thread, ...rest } = op;
    const where = thread === undefined ? "" : `[${thread}] `;
    lines.push(
      `${where}${name} ${op.op === "text" ? `${op.key} ${JSON.stringify(op.delta)}` : JSON.stringify(rest)}`,
    );
  }
  return short(lines.join("\n"));
}
