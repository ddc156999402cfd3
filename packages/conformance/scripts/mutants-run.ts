import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What came of a mutant. */
export type Verdict =
  /** By `SCENARIO/WAY`, or by `manifest`. */
  | { readonly type: "caught"; readonly by: string; readonly problems: readonly string[] }
  | { readonly type: "survived" }
  /** It says nothing about the suite. */
  | { readonly type: "invalid"; readonly reason: string };

/** Much longer than what is expected to catch a mutant takes; the whole suite may take longer still. */
const limitMs = 90_000;

/**
 * Runs the suite of a tree in a process of its own until something is wrong: plain text, the trials
 * named `SCENARIO/WAY` or `manifest`, and then the rest, or nothing more.
 */
export async function runTree(
  folder: string,
  named: readonly string[],
  rest: "rest" | "only",
): Promise<Verdict> {
  const script = "packages/conformance/scripts/mutants-child.ts";
  const child = spawn(
    process.execPath,
    [
      ...["--conditions=@fairlead/source", "--import", "tsx", script],
      ...(rest === "only" ? ["only", ...named] : named),
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, limitMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const verdict = verdictOf(line);
      if (verdict !== null) return verdict;
    }
    if (isLate) return { type: "invalid", reason: `nothing was noticed in ${limitMs / 1000} s` };
    return { type: "invalid", reason: `its run ended without a verdict: ${stderr}` };
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

/** Lines of others are none: a bridge may print what it likes. */
function verdictOf(line: string): Verdict | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const member = (key: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  const text = (key: string): string => String(member(key));
  switch (text("type")) {
    case "caught":
      return { type: "caught", by: text("by"), problems: [member("problems")].flat().map(String) };
    case "survived":
      return { type: "survived" };
    case "invalid":
      return { type: "invalid", reason: text("reason") };
    default:
      return null;
  }
}
