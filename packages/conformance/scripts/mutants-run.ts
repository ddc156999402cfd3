import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What came of a mutant. */
export type Verdict =
  /** By `SCENARIO/WAY`, or by `manifest`. */
  | { readonly type: "caught"; readonly by: string; readonly problems: readonly string[] }
  | { readonly type: "survived" }
  /** It says nothing about the suite. */
  | { readonly type: "invalid"; readonly reason: string };

/** Longer than the whole suite takes. */
const limitMs = 180_000;

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
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const verdict = verdictOf(line);
      if (verdict !== null) return verdict;
    }
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
