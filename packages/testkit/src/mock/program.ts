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
  /** `say: TEXT` answers with it, `\n` meaning a line break. */
  | { readonly type: "say"; readonly text: string }
  /** `nonce: SEED` answers with what `nonceOf` makes of it. */
  | { readonly type: "nonce"; readonly seed: string }
  /** `think: TEXT` thinks about it, then says it. */
  | { readonly type: "think"; readonly text: string }
  /** `run: COMMAND`, or `parallel: A ### B` for several calls in one answer. */
  | { readonly type: "run"; readonly commands: readonly string[] }
  /** `write: FILE = BODY` */
  | { readonly type: "write"; readonly file: string; readonly body: string }
  /** `edit: FILE = OLD => NEW` */
  | { readonly type: "edit"; readonly file: string; readonly from: string; readonly to: string }
  /** `rm: FILE` */
  | { readonly type: "rm"; readonly file: string }
  /** `plan`, or `plan: FIRST, SECOND`: sets the plan or to-do list, its first step in progress. */
  | { readonly type: "plan"; readonly steps: readonly string[] }
  /** `task: PROMPT` starts a sub-agent; the prompt is the sub-agent's program. */
  | { readonly type: "task"; readonly prompt: string }
  /** `ask: QUESTION` asks the user, who may choose Red or Blue. */
  | { readonly type: "ask"; readonly question: string }
  /**
   * `tool: NAME JSON` calls any tool, also one that was not offered: that as `NAMESPACE/NAME`;
   * `*END` is the first whose name ends so.
   */
  | { readonly type: "tool"; readonly name: string; readonly json: string }
  /** `slow: N`, or `slow: N TEXT`: N deltas, five a second. */
  | { readonly type: "slow"; readonly deltas: number; readonly text: string }
  /** `hold` says "holding" and goes on when the mock is released. */
  | { readonly type: "hold" }
  /** `big: KILOBYTES` of text, a kilobyte a delta. */
  | { readonly type: "big"; readonly kilobytes: number }
  /** `tokens: N` claims that the request had N input tokens. */
  | { readonly type: "tokens"; readonly input: number }
  /** `echo` answers with JSON that tells what reached the model. */
  | { readonly type: "echo" }
  /** `empty` answers with nothing. */
  | { readonly type: "empty" }
  /** `error: NAME`, or `error: NAME xN` to fail only N times and then play the next step. */
  | { readonly type: "error"; readonly failure: FailureName; readonly times: number };

/**
 * Reads a user text as a program: steps separated by ` ;; `. Undefined when the first step is none
 * of ours, so ordinary prose is never mistaken for a program. A later step that cannot be read
 * becomes a `say` that names it, so that a typing mistake shows up in the answer.
 */
export function parseProgram(text: string): readonly Step[] | undefined {
  // Clients that send a transcript in place of a prompt name the speaker.
  const sources = text
    .trim()
    .replace(/^User: /, "")
    .split(" ;; ");
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
