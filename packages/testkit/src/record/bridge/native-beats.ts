import type { JsonObject } from "../../json.ts";
import { isObject, objectOf } from "../../json.ts";
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
  const standing = new Map<string, JsonObject>();
  for (const [index, entry] of own.entries()) {
    const pattern = entry.type === "send" ? agent.standing(entry.frame) : null;
    if (entry.type !== "send" || pattern === null) continue;
    const answer = own
      .slice(index)
      .find((other) => other.type === "recv" && agent.isAnswer(other.frame, entry.frame));
    if (answer?.type !== "recv") continue;
    const line = { whenever: pattern, recv: [agent.trim(answer.frame)] };
    const [only = line] = named([line], "$asked");
    standing.set(JSON.stringify(only["whenever"]), only);
  }
  const start = own.slice(0, prompt === undefined ? 0 : own.indexOf(prompt)).filter((entry) => {
    return entry.type !== "send" || agent.standing(entry.frame) === null;
  });
  const answers = own.filter((entry) => entry.type === "send" && agent.standing(entry.frame));
  const kept = start.filter((entry) => {
    if (entry.type !== "recv") return true;
    return !answers.some((sent) => sent.type === "send" && agent.isAnswer(entry.frame, sent.frame));
  });
  // What is bound here holds for the life of a process: the names are no beat's.
  return [...named(linesOf(kept, agent), "$opening"), ...standing.values()];
}

function isTraffic(entry: NativeEntry): entry is Traffic {
  return "process" in entry;
}

function linesOf(entries: readonly NativeEntry[], agent: RecordedAgent): readonly JsonObject[] {
  const files = entries.flatMap((entry) => (entry.type === "file" ? [fileLine(entry, agent)] : []));
  const lines: JsonObject[] = [];
  for (const entry of withoutStragglers(entries, agent)) {
    // The files tell of the turn before the agent says that it is over.
    if (entry.type === "recv" && agent.isEnd(entry.frame)) lines.push(...files.splice(0));
    lines.push(...lineOf(entry, agent));
  }
  return [...lines, ...files];
}

/** Without what the bridge may still ask, or not, when the turn is over. */
function withoutStragglers(
  entries: readonly NativeEntry[],
  agent: RecordedAgent,
): readonly NativeEntry[] {
  const end = entries.findLastIndex((entry) => entry.type === "recv" && agent.isEnd(entry.frame));
  const late = entries
    .slice(end === -1 ? entries.length : end)
    .flatMap((entry) => (entry.type === "send" ? [entry] : []))
    .filter(({ frame }) => agent.standing(frame) !== null);
  return entries.filter((entry) => {
    if (entry.type === "send") return !late.includes(entry);
    return entry.type !== "recv" || !late.some(({ frame }) => agent.isAnswer(entry.frame, frame));
  });
}

function lineOf(entry: NativeEntry, agent: RecordedAgent): readonly JsonObject[] {
  switch (entry.type) {
    case "send":
      return [{ dir: "send", frame: entry.frame }];
    case "recv":
      return [{ dir: "recv", frame: agent.trim(entry.frame) }];
    case "text":
      return [{ text: entry.text }];
    case "signal":
      return [{ signal: entry.name }];
    case "exit":
      return [{ exit: { code: entry.code, stderr: entry.stderr } }];
    case "post": {
      const headers = { authorization: "$toolAuthorization" };
      return [{ post: "$toolUrl", headers, body: entry.body }];
    }
    case "release":
      return [{ release: true }];
    case "start":
    case "cue":
    case "file":
      return [];
  }
}

function fileLine(
  { path, lines }: Extract<NativeEntry, { type: "file" }>,
  agent: RecordedAgent,
): JsonObject {
  return { file: path, append: lines.flatMap((line) => agent.trimLine(line) ?? []) };
}

/** The entries without what is of one machine and one moment. */
function plain(
  { entries, folders }: NativeRecording,
  agent: RecordedAgent,
): readonly NativeEntry[] {
  const { cwd, home, root } = folders;
  const frames = entries.map((entry) => {
    const dir = entry.type === "send" ? ("send" as const) : ("recv" as const);
    return { client: "a", dir, frame: bodyOf(entry) };
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

/** The lines with names for the bridge's requests, which it counts over the life of a process. */
function named(lines: readonly JsonObject[], prefix: string): readonly JsonObject[] {
  const known = new Map<string, string>();
  const name = (text: string): string => {
    if (!/^fairlead-\d+$/.test(text)) return text;
    const given = known.get(text) ?? `${prefix}${known.size + 1}`;
    known.set(text, given);
    return given;
  };
  return lines.map((line) => objectOf(mapTexts(line, name)));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [change(key), mapTexts(member, change)]),
  );
}
