import { judgeTranscript } from "../judge/judge-transcript.ts";
import {
  type TranscriptResult,
  transcriptText,
  transcriptsExitCode,
  transcriptsJson,
  transcriptsTotals,
} from "../report/transcripts.ts";
import type { CliRequest } from "./options.ts";
import type { CliStreams } from "./streams.ts";
import { type TranscriptFile, transcriptFiles } from "./transcript-files.ts";
import { writeReport } from "./write-report.ts";

/** Judges recordings one after the other and says what it found. Resolves with the exit code. */
export async function judgeFiles(
  { paths, profile, json }: Extract<CliRequest, { type: "transcripts" }>,
  streams: CliStreams,
): Promise<number> {
  const files: TranscriptResult[] = [];
  for await (const file of transcriptFiles(paths, streams)) {
    const result = judge(file, profile);
    files.push(result);
    if ("error" in result) streams.err(transcriptText(result));
    else if (json !== true) streams.out(transcriptText(result));
  }
  const report = { profile, files };
  if (json === true) streams.out(transcriptsJson(report));
  else streams.out(transcriptsTotals(report));
  if (typeof json === "string") await writeReport(json, transcriptsJson(report), streams);
  return transcriptsExitCode(report);
}

function judge(file: TranscriptFile, profile: "fairlead" | "codex"): TranscriptResult {
  if ("error" in file) return { file: file.name, error: file.error };
  if (file.text.trim() === "") return { file: file.name, error: "it is empty" };
  const judgement = judgeTranscript(file.text, { profile });
  if (judgement.frames === 0) {
    const hint = 'a line is a frame, or {"dir":"send"|"recv","frame":{…}}';
    return { file: file.name, error: `there is no frame in it: ${hint}` };
  }
  return { file: file.name, judgement };
}
