import type { TranscriptJudgement, TranscriptViolation } from "../judge/judge-transcript.ts";
import { printable } from "./printable.ts";

/** What came of one recording: judged, or why it could not be. */
export type TranscriptResult =
  | { readonly file: string; readonly judgement: TranscriptJudgement }
  | { readonly file: string; readonly error: string };

/** Several recordings, judged. */
export interface TranscriptsReport {
  readonly profile: "fairlead" | "codex";
  readonly files: readonly TranscriptResult[];
}

/** 0 = every recording was judged and none breaks a law, 1 = one does, 2 = one was not judged. */
export function transcriptsExitCode({ files }: TranscriptsReport): 0 | 1 | 2 {
  if (files.some((result) => "error" in result)) return 2;
  return files.some((result) => violationsOf(result) > 0) ? 1 : 0;
}

/** The report for programs. */
export function transcriptsJson(report: TranscriptsReport): string {
  const head = { report: "fairlead-transcripts", reportVersion: 1 };
  const passed = transcriptsExitCode(report) === 0;
  return `${JSON.stringify({ ...head, ...report, passed }, null, 2)}\n`;
}

/** One recording for a terminal: its counts, then every violation with its frame. */
export function transcriptText(result: TranscriptResult): string {
  const name = printable(result.file);
  if ("error" in result) return `${name}: not judged: ${printable(result.error)}\n`;
  const { frames, clients, ignored, violations } = result.judgement;
  const counts = [
    plural(frames, "frame"),
    plural(clients, "client"),
    `${plural(ignored, "line")} ignored`,
    violations.length === 0 ? "no violation" : plural(violations.length, "violation"),
  ];
  const found = violations.map((violation) => violationText(violation, clients > 1));
  return `${name}: ${counts.join(", ")}\n${found.join("")}`;
}

function violationText(violation: TranscriptViolation, tellClient: boolean): string {
  const { law, clause, line, client, frameIndex, message, frame } = violation;
  const whose = tellClient ? ` of client ${client}` : "";
  const where = `${law}/${clause}, line ${line}, frame ${frameIndex}${whose}`;
  return `  ${printable(`${where}: ${message}\n    ${shortened(frame)}`)}\n`;
}

/** The last line for a terminal. */
export function transcriptsTotals(report: TranscriptsReport): string {
  const { files, profile } = report;
  const verdicts = { 0: "PASSED", 1: "FAILED", 2: "NOT JUDGED" };
  const notJudged = files.filter((result) => "error" in result).length;
  const total = files.reduce((sum, result) => sum + violationsOf(result), 0);
  const parts = [
    plural(files.length, "recording"),
    `${total === 0 ? "no" : total} violation${total === 1 ? "" : "s"}`,
    ...(notJudged === 0 ? [] : [`${notJudged} not judged`]),
  ];
  return `${verdicts[transcriptsExitCode(report)]} by the laws of ${profile}: ${parts.join(", ")}.\n`;
}

function violationsOf(result: TranscriptResult): number {
  return "error" in result ? 0 : result.judgement.violations.length;
}

function shortened(frame: unknown): string {
  const text = JSON.stringify(frame) ?? String(frame);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
