const failureNames = [
  "400",
  "401",
  "403",
  "404",
  "413",
  "429",
  "500",
  "503",
  "529",
  "overloaded",
  "context",
  "quota",
  "stream",
  "midstream",
  "disconnect",
] as const;

/** What `error:` may name: an HTTP status, or a failure that has no status of its own. */
export type FailureName = (typeof failureNames)[number];

/** One step of a program; one model request plays one step. */
export type Step =
  | { readonly type: "say"; readonly text: string }
  | { readonly type: "nonce"; readonly seed: string }
  | { readonly type: "think"; readonly text: string }
  | { readonly type: "run"; readonly commands: readonly string[] }
  | { readonly type: "write"; readonly file: string; readonly body: string }
  | { readonly type: "edit"; readonly file: string; readonly from: string; readonly to: string }
  | { readonly type: "rm"; readonly file: string }
  | { readonly type: "plan"; readonly steps: readonly string[] }
  | { readonly type: "task"; readonly prompt: string }
  | { readonly type: "ask"; readonly question: string }
  | { readonly type: "tool"; readonly name: string; readonly json: string }
  | { readonly type: "slow"; readonly deltas: number; readonly text: string }
  | { readonly type: "hold" }
  | { readonly type: "big"; readonly kilobytes: number }
  | { readonly type: "tokens"; readonly input: number }
  | { readonly type: "echo" }
  | { readonly type: "empty" }
  | { readonly type: "error"; readonly failure: FailureName; readonly times: number };

/**
 * Reads a user text as a program: steps separated by ` ;; `. Undefined when the first step is none
 * of ours, so ordinary prose is never mistaken for a program. A later step that cannot be read
 * becomes a `say` that names it, so that a typing mistake shows up in the answer.
 */
export function parseProgram(text: string): readonly Step[] | undefined {
  const sources = text.trim().split(" ;; ");
  const steps = sources.map((source) => parseStep(source.trim()));
  if (steps[0] === undefined) return undefined;
  return steps.map(
    (step, index) =>
      step ?? { type: "say", text: `mock: unknown step "${sources[index]?.trim() ?? ""}"` },
  );
}

function parseStep(source: string): Step | undefined {
  const [, verb = "", rest = ""] = /^([a-z]+)(?::\s*([\s\S]*))?$/.exec(source) ?? [];
  const hasArgument = rest !== "";
  switch (verb) {
    case "hold":
    case "echo":
    case "empty":
      return hasArgument ? undefined : { type: verb };
    case "plan":
      return { type: "plan", steps: hasArgument ? splitList(rest) : ["first step", "second step"] };
    default:
      return hasArgument ? parseStepWithArgument(verb, rest) : undefined;
  }
}

function parseStepWithArgument(verb: string, rest: string): Step | undefined {
  switch (verb) {
    case "say":
    case "think":
      return { type: verb, text: unescape(rest) };
    case "nonce":
      return { type: "nonce", seed: rest };
    case "run":
      return { type: "run", commands: [rest] };
    case "parallel":
      return { type: "run", commands: rest.split(" ### ").map((command) => command.trim()) };
    case "write":
      return parseWrite(rest);
    case "edit":
      return parseEdit(rest);
    case "rm":
      return { type: "rm", file: rest };
    case "task":
      return { type: "task", prompt: rest };
    case "ask":
      return { type: "ask", question: rest };
    case "tool": {
      const [, name = "", json = "{}"] = /^(\S+)(?:\s+([\s\S]+))?$/.exec(rest) ?? [];
      return { type: "tool", name, json };
    }
    case "slow": {
      const [, count = "", text = "tick"] = /^(\d+)(?:\s+([\s\S]+))?$/.exec(rest) ?? [];
      return count === "" ? undefined : { type: "slow", deltas: Number(count), text };
    }
    case "big":
      return /^\d+$/.test(rest) ? { type: "big", kilobytes: Number(rest) } : undefined;
    case "tokens":
      return /^\d+$/.test(rest) ? { type: "tokens", input: Number(rest) } : undefined;
    case "error":
      return parseError(rest);
    default:
      return undefined;
  }
}

function parseWrite(rest: string): Step | undefined {
  const at = rest.indexOf(" = ");
  if (at < 0) return undefined;
  return { type: "write", file: rest.slice(0, at).trim(), body: unescape(rest.slice(at + 3)) };
}

function parseEdit(rest: string): Step | undefined {
  const [, file, from, to] = /^(.+?) = ([\s\S]*?) => ([\s\S]*)$/.exec(rest) ?? [];
  if (file === undefined || from === undefined || to === undefined) return undefined;
  return { type: "edit", file: file.trim(), from: unescape(from), to: unescape(to) };
}

function parseError(rest: string): Step | undefined {
  const [, name, times] = /^(\w+)(?:\s+x(\d+))?$/.exec(rest) ?? [];
  const failure = failureNames.find((known) => known === name);
  if (failure === undefined) return undefined;
  return { type: "error", failure, times: times === undefined ? Infinity : Number(times) };
}

function splitList(text: string): readonly string[] {
  return text.split(",").map((entry) => entry.trim());
}

function unescape(text: string): string {
  return text.replaceAll("\\n", "\n");
}
