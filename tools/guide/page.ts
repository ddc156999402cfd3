/** What a reader of the guide does, in the order of the page. `line` is where the page says so. */
export type GuideStep = { readonly line: number } & (
  | GuideFile
  /** Types commands whose output the page does not show. */
  | { readonly type: "type"; readonly commands: readonly string[] }
  /** Types commands and sees this. */
  | { readonly type: "see"; readonly runs: readonly GuideRun[] }
  /** Breaks a file, until the next commands have failed. */
  | {
      readonly type: "break";
      readonly path: string;
      readonly before: string;
      readonly after: string;
    }
);

/** A file the page has in full. */
export interface GuideFile {
  readonly type: "file";
  readonly path: string;
  readonly text: string;
  /** `(N lines)` behind its name; null = the page does not say. */
  readonly claimedLines: number | null;
}

/** A command and what the page says it prints. */
export interface GuideRun {
  readonly command: string;
  readonly output: readonly string[];
}

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly path: string | null;
  readonly claimedLines: number | null;
  readonly body: readonly string[];
}

/**
 * Reads the page. A fenced block below a line that begins with a bold file name is that file, or a
 * change of it when it is a `diff`; `sh` is typed, `console` is typed and seen. The rest is prose.
 */
export function readGuide(page: string): readonly GuideStep[] {
  return fencesOf(page.split("\n")).flatMap((fence) => {
    const step = stepOf(fence);
    return step === null ? [] : [step];
  });
}

function stepOf({ line, language, path, claimedLines, body }: Fence): GuideStep | null {
  if (language === "sh") return { line, type: "type", commands: body };
  if (language === "console") return { line, type: "see", runs: runsOf(body) };
  if (path === null) return null;
  if (language === "diff") {
    return { line, type: "break", path, before: side(body, "-"), after: side(body, "+") };
  }
  return { line, type: "file", path, text: `${body.join("\n")}\n`, claimedLines };
}

function fencesOf(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const [, language] = /^```(\S*)/.exec(lines[index] ?? "") ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf("```", index + 1);
    if (end === -1) throw new Error(`line ${index + 1}: this block has no end`);
    const label = lines.slice(0, index).findLast((text) => text !== "") ?? "";
    const [, path = null] = /^\*\*`([^`]+)`\*\*/.exec(label) ?? [];
    const [, count] = /\((\d+) lines\)/.exec(label) ?? [];
    const claimedLines = count === undefined ? null : Number(count);
    const body = lines.slice(index + 1, end);
    fences.push({ line: index + 1, language, path, claimedLines, body });
    index = end;
  }
  return fences;
}

function runsOf(body: readonly string[]): readonly GuideRun[] {
  const runs: { command: string; output: string[] }[] = [];
  for (const line of body) {
    if (line.startsWith("$ ")) runs.push({ command: line.slice(2), output: [] });
    else runs.at(-1)?.output.push(line);
  }
  return runs;
}

/** One side of a change: its own lines and those of both. */
function side(body: readonly string[], mark: string): string {
  const lines = body.filter((line) => line.startsWith(mark) || line.startsWith(" "));
  return lines.map((line) => `${line.slice(1)}\n`).join("");
}
