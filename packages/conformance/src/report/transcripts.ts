import type {
  TranscriptException,
  TranscriptJudgement,
  TranscriptViolation,
} from "../judge/judge-transcript.ts";
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
  const { frames, clients, ignored, violations, allowed } = result.judgement;
  const counts = [
    plural(frames, "frame"),
    plural(clients, "client"),
    `${plural(ignored, "line")} ignored`,
    violations.length === 0 ? "no violation" : plural(violations.length, "violation"),
    ...(allowed.length === 0 ? [] : [plural(allowed.length, "allowed exception")]),
  ];
  const found = violations.map((violation) => violationText(violation, clients > 1));
  const told = allowed.map((exception) => exceptionText(exception, clients > 1));
  return `${name}: ${counts.join(", ")}\n${found.join("")}${told.join("")}`;
}

function violationText(violation: TranscriptViolation, tellClient: boolean): string {
  const { message, frame } = violation;
  return `  ${printable(`${placeOf(violation, tellClient)}: ${message}\n    ${shortened(frame)}`)}\n`;
}

function exceptionText(exception: TranscriptException, tellClient: boolean): string {
  return `  allowed: ${printable(`${placeOf(exception, tellClient)}: ${exception.reason}`)}\n`;
}

function placeOf(violation: TranscriptViolation, tellClient: boolean): string {
  const { law, clause, line, client, frameIndex } = violation;
  const whose = tellClient ? ` of client ${client}` : "";
  return `${law}/${clause}, line ${line}, frame ${frameIndex}${whose}`;
}

/** The last line for a terminal. */
export function transcriptsTotals(report: TranscriptsReport): string {
  const { files, profile } = report;
  const verdicts = { 0: "PASSED", 1: "FAILED", 2: "NOT JUDGED" };
  const notJudged = files.filter((result) => "error" in result).length;
  const total = files.reduce((sum, result) => sum + violationsOf(result), 0);
  const allowed = files.reduce((sum, result) => sum + allowedOf(result), 0);
  const parts = [
    plural(files.length, "recording"),
    `${total === 0 ? "no" : total} violation${total === 1 ? "" : "s"}`,
    ...(allowed === 0 ? [] : [plural(allowed, "allowed exception")]),
    ...(notJudged === 0 ? [] : [`${notJudged} not judged`]),
  ];
  return `${verdicts[transcriptsExitCode(report)]} by the laws of ${profile}: ${parts.join(", ")}.\n`;
}

function violationsOf(result: TranscriptResult): number {
  return "error" in result ? 0 : result.judgement.violations.length;
}

function allowedOf(result: TranscriptResult): number {
  return "error" in result ? 0 : result.judgement.allowed.length;
}

function shortened(frame: unknown): string {
  const text = JSON.stringify(frame) ?? String(frame);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
