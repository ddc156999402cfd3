import type { JsonObject } from "../../json.ts";
import { arrayOf, isObject, objectOf } from "../../json.ts";
import { normalise } from "../normalise.ts";
import type { NativeEntry } from "./native-log.ts";
import type { NativeRecording } from "./play-live.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** The lines of each beat of a recording, in the order of their play. */
export type NativeBeats = readonly {
  readonly name: string;
  readonly lines: readonly JsonObject[];
}[];

type Traffic = Extract<NativeEntry, { readonly process: number }>;

/** Cuts a recording into beats: each from its prompt to the next cue, on the process it came to. */
export function beatsIn(recording: NativeRecording, agent: RecordedAgent): NativeBeats {
  const entries = plain(recording, agent);
  const starts = entries.flatMap(({ type }, index) => (type === "cue" ? [index] : []));
  return starts.flatMap((start, index) => {
    const cue = entries[start];
    const part = entries.slice(start + 1, starts[index + 1]);
    const at = part.findIndex((entry) => entry.type === "send" && agent.isPrompt(entry.frame));
    const prompt = part[at];
    if (cue?.type !== "cue" || prompt?.type !== "send") return [];
    const own = part
      .slice(at)
      .filter((entry) => !isTraffic(entry) || entry.process === prompt.process);
    return [{ name: cue.beat, lines: named(linesOf(own, agent), "$request") }];
  });
}

/** How the agent starts, and what it answers at any time, from a recording of its opening. */
export function openingIn(recording: NativeRecording, agent: RecordedAgent): readonly JsonObject[] {
  const entries = plain(recording, agent).filter(isTraffic);
  const prompt = entries.find((entry) => entry.type === "send" && agent.isPrompt(entry.frame));
  const own = entries.filter(({ process }) => process === prompt?.process);
  const standing = new Map<string, readonly JsonObject[]>();
  // Also what is asked only of a process that goes on with a conversation.
  for (const [index, entry] of entries.entries()) {
    const pattern = entry.type === "send" ? agent.standing(entry.frame) : null;
    if (entry.type !== "send" || pattern === null) continue;
    const answer = entries
      .slice(index)
      .filter(({ process }) => process === entry.process)
      .find((other) => other.type === "recv" && isAnswer(other.frame, entry.frame, agent));
    if (answer?.type !== "recv") continue;
    const line = { whenever: pattern, recv: trimmed(answer.frame, agent) };
    const [only = line] = named([line], "$asked");
    standing.set(JSON.stringify(only["whenever"]), agent.storing?.(only) ?? [only]);
  }
  const start = own.slice(0, prompt === undefined ? 0 : own.indexOf(prompt)).filter((entry) => {
    // What a server is asked before a prompt, and tells then, is of no process but of a conversation.
    if ("frame" in entry && "http" in entry.frame) return false;
    return entry.type !== "send" || agent.standing(entry.frame) === null;
  });
  const answers = own.filter((entry) => entry.type === "send" && agent.standing(entry.frame));
  const kept = start.filter((entry) => {
    if (entry.type !== "recv") return true;
    return !answers.some(
      (sent) => sent.type === "send" && isAnswer(entry.frame, sent.frame, agent),
    );
  });
  const { keeps = [] } = agent;
  const recorded = [...standing.values()]
    .flat()
    .filter((line) => !keeps.some((kept) => isAlike(kept, line)));
  // What is bound here holds for the life of a process: the names are no beat's.
  return [...named(linesOf(kept, agent), "$opening"), ...keeps, ...recorded];
}

/** Whether two lines answer requests of the same method and path. */
function isAlike(one: JsonObject, other: JsonObject): boolean {
  const [first, second] = [one, other].map(({ whenever }) => {
    const { http, method } = objectOf(whenever);
    return { method, path: null, ...objectOf(http) };
  });
  return first?.method === second?.method && first?.path === second?.path;
}

/** An answer over HTTP has the id of its request. */
function isAnswer(received: JsonObject, sent: JsonObject, agent: RecordedAgent): boolean {
  const asked = objectOf(sent["http"])["id"];
  return asked === undefined
    ? agent.isAnswer(received, sent)
    : asked === objectOf(received["http"])["id"];
}

function trimmed(frame: JsonObject, agent: RecordedAgent): readonly JsonObject[] {
  const kept = agent.trim(frame);
  return kept === null ? [] : [kept];
}

function isTraffic(entry: NativeEntry): entry is Traffic {
  return "process" in entry;
}

function linesOf(entries: readonly NativeEntry[], agent: RecordedAgent): readonly JsonObject[] {
  const kept = entries.flatMap((entry) => keptLines(entry, agent));
  const lines: JsonObject[] = [];
  const isEnd = (entry: NativeEntry): boolean => entry.type === "recv" && agent.isEnd(entry.frame);
  const last = entries.findLast(isEnd);
  for (const entry of withoutStragglers(entries, agent)) {
    // What is kept tells of the turn before the agent says that it is over.
    if (agent.queues === true ? entry === last : isEnd(entry)) lines.push(...inOne(kept.splice(0)));
    lines.push(...lineOf(entry, agent));
    if (entry.type !== "send" && entry.type !== "recv") continue;
    const past = agent.past?.(entry.frame) ?? [];
    // What the user said is kept at once.
    if (entry.type === "send") lines.push(...past);
    else kept.push(...past);
  }
  return [...lines, ...inOne(kept)];
}

/** The lines with those together that add to the same list. */
function inOne(lines: readonly JsonObject[]): readonly JsonObject[] {
  const all: JsonObject[] = [];
  for (const line of lines) {
    const before = all.at(-1);
    const isMore = line["store"] !== undefined && before?.["store"] === line["store"];
    if (!isMore || before["by"] !== line["by"]) all.push(line);
    else
      all.splice(-1, 1, { ...before, put: [...arrayOf(before["put"]), ...arrayOf(line["put"])] });
  }
  return all;
}

/** Without what the bridge may ask, or not: of a server always, else when the turn is over. */
function withoutStragglers(
  entries: readonly NativeEntry[],
  agent: RecordedAgent,
): readonly NativeEntry[] {
  const end = entries.findLastIndex((entry) => entry.type === "recv" && agent.isEnd(entry.frame));
  const late = entries
    .flatMap((entry, index) =>
      entry.type === "send" && ("http" in entry.frame || (end !== -1 && index >= end))
        ? [entry]
        : [],
    )
    .filter(({ frame }) => agent.standing(frame) !== null);
  return entries.filter((entry) => {
    if (entry.type === "send") return !late.includes(entry);
    return entry.type !== "recv" || !late.some(({ frame }) => isAnswer(entry.frame, frame, agent));
  });
}

function lineOf(entry: NativeEntry, agent: RecordedAgent): readonly JsonObject[] {
  switch (entry.type) {
    case "send":
      return [{ dir: "send", frame: entry.frame }];
    case "recv":
      return trimmed(entry.frame, agent).map((frame) => ({ dir: "recv", frame }));
    case "text":
      return [{ text: entry.text }];
    case "signal":
      return [{ signal: entry.name }];
    case "exit":
      return [{ exit: { code: entry.code, stderr: entry.stderr } }];
    case "post": {
      const [url, authorization] =
        entry.to === "tool"
          ? ["$toolUrl", "$toolAuthorization"]
          : ["$gateUrl", "Bearer $gateToken"];
      return [{ post: url, headers: { authorization }, body: entry.body }];
    }
    case "release":
      return [{ release: true }];
    case "start":
    case "cue":
    case "file":
    case "store":
      return [];
  }
}

/** What the agent wrote to its files, and what its server keeps. */
function keptLines(entry: NativeEntry, agent: RecordedAgent): readonly JsonObject[] {
  if (entry.type === "file") {
    const append = entry.lines.flatMap((line) => agent.trimLine(line) ?? []);
    const { head } = agent;
    return [{ file: entry.path, ...(head !== undefined && { head }), append }];
  }
  if (entry.type !== "store") return [];
  const { store, by, put } = entry;
  const kept = put.map((one) => agent.trimStored?.(one) ?? one);
  return [{ store, ...(by !== "id" && { by }), put: kept }];
}

/** The entries without what is of one machine and one moment. */
function plain(
  { entries, folders }: NativeRecording,
  agent: RecordedAgent,
): readonly NativeEntry[] {
  const { cwd, home, root } = folders;
  const frames = entries.map((entry) => {
    const dir = entry.type === "send" ? ("send" as const) : ("recv" as const);
    const body = bodyOf(entry);
    return { client: "a", dir, frame: agent.prepare?.(body) ?? body };
  });
  const stands = { [cwd]: "$cwd", [home]: "$home", [root]: "$home/.." };
  const bodies = normalise(frames, stands).map((line) => ("frame" in line ? line.frame : {}));
  const sessions = new Set(bodies.map(agent.sessionIn).filter((id) => id !== ""));
  const text = (raw: string): string => {
    let result = raw;
    for (const id of sessions) result = result.replaceAll(id, "$session");
    return result;
  };
  return entries.map((entry, index) => withBody(entry, objectOf(mapTexts(bodies[index], text))));
}

function bodyOf(entry: NativeEntry): JsonObject {
  switch (entry.type) {
    case "send":
    case "recv":
      return entry.frame;
    case "post":
      return entry.body;
    case "file":
      return { path: entry.path, lines: entry.lines };
    case "store":
      return { store: entry.store, put: entry.put };
    case "text":
    case "exit":
    case "start":
    case "signal":
    case "cue":
    case "release":
      return { ...entry };
  }
}

function withBody(entry: NativeEntry, body: JsonObject): NativeEntry {
  switch (entry.type) {
    case "send":
    case "recv":
      return { ...entry, frame: body };
    case "post":
      return { ...entry, body };
    case "file": {
      const lines = Array.isArray(body["lines"]) ? body["lines"].map(objectOf) : [];
      return { ...entry, path: String(body["path"]), lines };
    }
    case "store": {
      const put = Array.isArray(body["put"]) ? body["put"].map(objectOf) : [];
      return { ...entry, store: String(body["store"]), put };
    }
    case "text":
      return { ...entry, text: String(body["text"]) };
    case "exit":
      return { ...entry, stderr: String(body["stderr"]) };
    case "start":
    case "signal":
    case "cue":
    case "release":
      return entry;
  }
}

/** The lines with names for times, and for the bridge's requests, which it counts over the life of a process. */
function named(lines: readonly JsonObject[], prefix: string): readonly JsonObject[] {
  const known = new Map<string, string>();
  const name = (text: string): string => {
    const [, kind] = /^(fairlead-|\$ms|\$number)\d+$/.exec(text) ?? [];
    if (kind === undefined) return text;
    const given = known.get(text) ?? `${nameFor(kind, prefix)}${known.size + 1}`;
    known.set(text, given);
    return given;
  };
  return lines.map((line) => objectOf(mapTexts(line, name)));
}

/** What stands for a time, for a number, or else for a text. */
function nameFor(kind: string, prefix: string): string {
  if (kind === "$ms") return kind;
  return kind === "$number" ? `${kind}${prefix.slice(1)}` : prefix;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [change(key), mapTexts(member, change)]),
  );
}
