import type { JsonObject } from "../../json.ts";
import { objectOf } from "../../json.ts";
import { normalise } from "../normalise.ts";
import type { NativeEntry } from "./native-log.ts";
import type { NativeRecording } from "./play-live.ts";

/** What the cutting has to know of an agent's protocol. */
export interface NativeDialect {
  /** A frame that hands the agent its prompt, with which a beat begins. */
  readonly isPrompt: (frame: JsonObject) => boolean;
  /** A frame of the bridge's, or the answer to one, that standing replies of `open` take care of. */
  readonly isStanding: (frame: JsonObject, before: readonly JsonObject[]) => boolean;
  /** A frame with which the agent says that its turn is over. */
  readonly isEnd: (frame: JsonObject) => boolean;
  /** Turns a beat's lines into what can be played at another speed. Default: as recorded. */
  readonly settle: (lines: readonly JsonObject[]) => readonly JsonObject[];
  /** The conversation's id, from a process's command line. */
  readonly sessionOf: (args: readonly string[]) => string | null;
}

/** Cuts what passed into beats, by name; `open` is what the first process said before its prompt. */
export function cutBeats(
  { entries, folders }: NativeRecording,
  dialect: NativeDialect,
): ReadonlyMap<string, readonly JsonObject[]> {
  const sessions = new Map<string, string>();
  const beats = new Map<string, JsonObject[]>();
  const asked: JsonObject[] = [];
  let cued: string | null = null;
  let current: { readonly process: number; readonly lines: JsonObject[] } | null = null;
  const opening = new Map<number, JsonObject[]>();

  for (const entry of entries) {
    switch (entry.type) {
      case "start": {
        const session = dialect.sessionOf(entry.args);
        if (session !== null) sessions.set(session, "$session");
        opening.set(entry.process, []);
        break;
      }
      case "cue":
        cued = entry.beat;
        current = null;
        break;
      case "release":
        current?.lines.push({ release: true });
        break;
      case "post":
        current?.lines.push({ post: entry.body });
        break;
      case "file": {
        const lines = current?.lines ?? [...beats.values()].at(-1);
        if (lines === undefined) break;
        const end = lines.findLastIndex(
          ({ dir, frame }) => dir === "recv" && dialect.isEnd(objectOf(frame)),
        );
        lines.splice(end === -1 ? lines.length : end, 0, { file: entry.path, append: entry.lines });
        break;
      }
      case "send":
      case "recv": {
        const { type: dir, frame, process } = entry;
        if (dir === "send") asked.push(frame);
        if (dir === "send" && cued !== null && dialect.isPrompt(frame)) {
          current = { process, lines: [] };
          beats.set(cued, current.lines);
          opening.delete(process);
          cued = null;
        }
        if (current?.process === process) {
          if (!dialect.isStanding(frame, asked)) current.lines.push({ dir, frame });
        } else opening.get(process)?.push({ dir, frame });
        break;
      }
      case "text":
        if (current?.process === entry.process) current.lines.push({ text: entry.text });
        break;
      case "signal":
        if (current?.process === entry.process) current.lines.push({ signal: entry.name });
        break;
      case "exit":
        if (current?.process !== entry.process) break;
        current.lines.push({ exit: { code: entry.code, stderr: entry.stderr } });
        break;
    }
  }
  const opened = firstOpening(entries, dialect);
  const all = opened === null ? beats : new Map([...beats, ["open", opened] as const]);
  return new Map(
    [...all].map(([name, lines]) => [name, named(dialect.settle(lines), sessions, folders)]),
  );
}

function firstOpening(
  entries: readonly NativeEntry[],
  dialect: NativeDialect,
): JsonObject[] | null {
  const prompt = entries.find((entry) => entry.type === "send" && dialect.isPrompt(entry.frame));
  if (prompt?.type !== "send") return null;
  const asked: JsonObject[] = [];
  return entries.slice(0, entries.indexOf(prompt)).flatMap((entry) => {
    if (entry.type !== "send" && entry.type !== "recv") return [];
    if (entry.process !== prompt.process) return [];
    if (entry.type === "send") asked.push(entry.frame);
    if (dialect.isStanding(entry.frame, asked)) return [];
    return [{ dir: entry.type, frame: entry.frame }];
  });
}

/** Gives names to what differs from run to run. */
function named(
  lines: readonly JsonObject[],
  sessions: ReadonlyMap<string, string>,
  { cwd, home, root }: NativeRecording["folders"],
): readonly JsonObject[] {
  let text = JSON.stringify(lines);
  for (const [session, name] of sessions) text = text.replaceAll(session, name);
  const parsed: unknown = JSON.parse(text);
  const frames = (Array.isArray(parsed) ? parsed : []).map((frame: unknown) => {
    return { client: "a", dir: "recv" as const, frame: objectOf(frame) };
  });
  const plain = normalise(frames, {
    [cwd]: "/home/user/project",
    [home]: "/home/user",
    [root]: "/home",
  });
  return plain.flatMap((entry) => {
    if (!("frame" in entry)) return [];
    const line = JSON.stringify(entry.frame)
      .replaceAll("/home/user/project", "$cwd")
      .replaceAll("-home-user-project", "project")
      .replaceAll("/home/user", "$home")
      .replaceAll(/\bfairlead-(\d+)\b/g, "$$request$1")
      .replaceAll(/\btask(\d{4})\b/g, "$$task$1");
    return [objectOf(JSON.parse(line))];
  });
}
