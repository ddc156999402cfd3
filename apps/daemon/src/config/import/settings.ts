import { alleycatAgentKeys, alleycatKeys } from "../alleycat-keys.ts";
import { shellName } from "../../registry.ts";
import { isTable } from "../key-kinds.ts";
import { allKeys } from "../keys.ts";
import { namedKey, setKey, valueOf } from "../named-key.ts";
import { type ReadOptions, parseToml, readConfig } from "../read.ts";
import { type Table, dotted, valueAt } from "../reading.ts";
import type { Edited } from "../edit.ts";

/** What becomes of Alleycat's settings. */
export interface TakenSettings {
  /** Our file with them. */
  readonly text: string;
  /** Keys that are set now. */
  readonly taken: readonly string[];
  /** Sentences: what was not taken, and what differs here. */
  readonly remarks: readonly string[];
}

/**
 * Takes Alleycat's settings into our file, key by key: what is set here already stays, unless
 * `force` says otherwise; what is not valid here is said. The token is not among them.
 */
export function takeSettings(
  ours: string,
  theirs: Table,
  options: ReadOptions & { readonly force: boolean },
): TakenSettings {
  let text = ours;
  const taken: string[] = [];
  const remarks: string[] = [];
  for (const { name, value } of wishes(theirs, options.agents)) {
    const outcome = withSetting(text, name, value, options);
    if (outcome === null) continue;
    if ("text" in outcome) {
      ({ text } = outcome);
      taken.push(name);
    } else {
      remarks.push(`${name}: not taken over: ${outcome.refusal}`);
    }
  }
  return { text, taken, remarks: [...remarks, ...differences(theirs, options.agents)] };
}

interface Wish {
  /** Our name of the key. */
  readonly name: string;
  readonly value: unknown;
}

/** What their file says that is not the default here. */
function wishes(theirs: Table, agents: readonly string[]): readonly Wish[] {
  const general = allKeys.flatMap((key) =>
    key.aliases.map((alias) => ({ name: key.path, value: valueAt(theirs, alias.split(".")) })),
  );
  const ofAgents = agents.flatMap((agent) => {
    const bin = valueAt(theirs, ["agents", agent, "bin"]);
    const enabled = valueAt(theirs, ["agents", agent, "enabled"]);
    return [
      { name: `agents.${agent}.enabled`, value: enabled === true ? undefined : enabled },
      { name: `agents.${agent}.bin`, value: bin === agent ? undefined : bin },
    ];
  });
  return [...general, ...ofAgents].filter(({ value }) => value !== undefined);
}

/** Null = it holds already. */
function withSetting(
  text: string,
  name: string,
  value: unknown,
  options: ReadOptions & { readonly force: boolean },
): Edited | null {
  const key = namedKey(name, options.agents);
  if (typeof key === "string") return { refusal: key };
  const parsed = parseToml(text);
  if ("problem" in parsed) return { refusal: parsed.problem.message };
  const now = valueOf(key, parsed.table);
  if (now.value === value) return null;
  if (now.isSet && !options.force) return { refusal: "host.toml says otherwise already" };
  const edited = setKey(text, key, String(value));
  if ("refusal" in edited) return edited;
  const reading = readConfig(edited.text, options);
  if (reading.ok) return edited;
  return { refusal: reading.problems.map(({ message }) => message).join("; ") };
}

function differences(theirs: Table, agents: readonly string[]): readonly string[] {
  const general = [...alleycatKeys].flatMap(([name, sentence]) =>
    valueAt(theirs, name.split(".")) === undefined ? [] : [`${name}: ${sentence}`],
  );
  const tables = isTable(theirs["agents"]) ? theirs["agents"] : {};
  const ofAgents = Object.entries(tables).flatMap(([agent, table]) => {
    if (!isTable(table)) return [];
    if (!agents.includes(agent)) return [`agents.${dotted([agent])}: there is no such agent here`];
    // There it is on without anybody having asked for it.
    const isTerminal = agent === shellName && table["enabled"] !== false;
    const terminal = `agents.${agent}: the terminal stays off: to offer it, run \`fairlead config set agents.${agent}.enabled true\``;
    const ofKeys = Object.entries(table).flatMap(([key, raw]) => {
      const sentence = alleycatAgentKeys.get(key)?.(agent, raw) ?? null;
      return sentence === null ? [] : [`agents.${agent}.${key}: ${sentence}`];
    });
    return isTerminal ? [terminal, ...ofKeys] : ofKeys;
  });
  return [...general, ...ofAgents];
}
