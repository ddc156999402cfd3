import { readFileSync, readdirSync } from "node:fs";
import { exceptionFor } from "../src/codex-exceptions.ts";
import { judgeTranscript } from "../src/judge/judge-transcript.ts";
import { stringField } from "../src/read.ts";

/** One place where real codex breaks a law. */
export interface ListedException {
  readonly law: string;
  readonly clause: string;
  /** Name of the recording, without its ending. */
  readonly transcript: string;
  /** The frame: whose it is, its line, and its method. */
  readonly frame: { readonly client: string; readonly line: number; readonly is: string };
  /** What is wrong with it. */
  readonly message: string;
  /** Why codex does it; empty for something that `codexExceptions` does not know yet. */
  readonly reason: string;
}

const folder = new URL("../transcripts/codex-0.169.0/", import.meta.url);

/** The list as it is committed. */
export const exceptionsFile: URL = new URL("exceptions.json", folder);

/** What strict judging finds in the committed recordings of codex, by recording and line. */
export function listExceptions(): readonly ListedException[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return names.toSorted().flatMap((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    return judgeTranscript(text).violations.map((found) => {
      const { law, clause, facts, client, line, message, frame } = found;
      const is = stringField(frame, "method") ?? "response";
      const reason = exceptionFor(law, clause, facts)?.because ?? "";
      const transcript = name.slice(0, -".jsonl".length);
      return { law, clause, transcript, frame: { client, line, is }, message, reason };
    });
  });
}
