import type { Conversation } from "./conversation.ts";
import { lastUserText, userTexts, workingFolder } from "./conversation.ts";
import { failureReply } from "./failure.ts";
import { nonceOf } from "./nonce.ts";
import type { Step } from "./program.ts";
import { parseProgram } from "./program.ts";
import type { Answer, Part, Reply } from "./reply.ts";
import { textParts, words } from "./reply.ts";
import { sideAnswer } from "./side-request.ts";
import { chooseTools } from "./tool-choice.ts";

/** How far apart the deltas of `slow: N` are. */
const slowSpacingMs = 200;

/**
 * Counts how often a step `error: NAME xN` was played, so that it ends after N. The key names the
 * program's place in its conversation.
 */
export interface FailureCount {
  /** How often the failure under this key was played. */
  get(key: string): number;
  /** Records one more. */
  add(key: string): void;
}

/** Decides what the mock answers to a model request. */
export function play(conversation: Conversation, failures: FailureCount): Reply {
  const side = sideAnswer(conversation);
  if (side !== undefined) return answer(textParts(side), conversation);
  const last = lastUserText(conversation);
  if (last === undefined) return answer(textParts("mock: nothing was asked"), conversation);
  const program = parseProgram(last.text);
  if (program === undefined) {
    return answer(textParts(`mock heard: ${last.text.slice(0, 80)}`), conversation);
  }
  const keyOf = (index: number): string =>
    JSON.stringify([userTexts(conversation).length, last.text, index]);
  const index = nextStep(program, last.answersSince, (at) => failures.get(keyOf(at)));
  const step = program[index];
  if (step === undefined) return answer(textParts(`done: ${last.text}`), conversation);
  if (step.type === "error") {
    failures.add(keyOf(index));
    return failureReply(step.failure, conversation.api);
  }
  const reply = answer(partsOf(step, conversation), conversation);
  return step.type === "tokens"
    ? { ...reply, usage: { ...reply.usage, input: step.input } }
    : reply;
}

/** Every answer uses up one step; a failure leaves no answer behind and is counted instead. */
function nextStep(
  program: readonly Step[],
  answersSince: number,
  failed: (index: number) => number,
): number {
  let left = answersSince;
  for (const [index, step] of program.entries()) {
    if (step.type !== "error") {
      if (left === 0) return index;
      left -= 1;
    } else if (left === 0 && failed(index) < step.times) {
      return index;
    }
  }
  return program.length;
}

function answer(parts: readonly Part[], conversation: Conversation): Answer {
  const output = parts.reduce(
    (sum, part) => sum + (part.type === "tool" ? 10 : part.deltas.length),
    0,
  );
  // Independent of the texts' length, so that two recordings of one scenario agree.
  const input = 1000 + 100 * conversation.entries.length;
  return { type: "answer", parts, usage: { input, output }, ending: { type: "complete" } };
}

function partsOf(
  step: Exclude<Step, { type: "error" }>,
  conversation: Conversation,
): readonly Part[] {
  switch (step.type) {
    case "say":
      return textParts(step.text);
    case "nonce":
      return textParts(nonceOf(step.seed));
    case "think":
      return [
        { type: "thinking", deltas: words(`Considering: ${step.text}`) },
        ...textParts(step.text),
      ];
    case "slow": {
      const deltas = Array.from({ length: step.deltas }, (_, at) => `${step.text}${at + 1} `);
      return [{ type: "text", deltas, spacingMs: slowSpacingMs }];
    }
    case "hold":
      return [{ type: "text", deltas: ["holding"], holds: true }];
    case "big": {
      const line = `${"x".repeat(1023)}\n`;
      return [{ type: "text", deltas: Array.from({ length: step.kilobytes }, () => line) }];
    }
    case "tokens":
      return textParts(`counted ${step.input} tokens`);
    case "echo":
      return [{ type: "text", deltas: [JSON.stringify(echo(conversation))] }];
    case "empty":
      return [];
    case "run":
    case "write":
    case "edit":
    case "rm":
    case "plan":
    case "task":
    case "ask":
    case "tool": {
      const offer = {
        tools: conversation.tools,
        folder: workingFolder(conversation),
        hasDeferredAgents: conversation.system.includes("multi_agent_v1"),
      };
      const calls = chooseTools(step, offer);
      return calls.length === 0
        ? textParts(`mock: no tool offered for "${step.type}"`)
        : calls.map((call) => ({ type: "tool", call }));
    }
  }
}

/** What `echo` says: proof of what really reached the model. */
function echo(conversation: Conversation): Readonly<Record<string, unknown>> {
  return {
    model: conversation.model,
    effort: conversation.effort,
    thinking: conversation.thinking,
    tools: conversation.tools.map((tool) => tool.name),
    images: conversation.images,
    turns: conversation.entries.length,
    userTexts: userTexts(conversation),
    systemBytes: Buffer.byteLength(conversation.system),
  };
}
