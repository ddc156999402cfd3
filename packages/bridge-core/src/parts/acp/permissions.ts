import type { Ask, ItemDraft } from "../../ops.ts";
import { changesWithin } from "../call-ask.ts";
import { listOf, textOf, type Fields } from "../fields.ts";
import { choice } from "../questions.ts";
import { titleOf } from "./tool-items.ts";

/** What is answered to `session/request_permission`. */
export type AcpOutcome =
  | { readonly outcome: "cancelled" }
  | { readonly outcome: "selected"; readonly optionId: string };

/**
 * The option of a kind: `once`, never one that would hold for later calls. Cancelled where there is
 * none, which stops the agent rather than grant too much.
 */
export function outcomeFor(options: readonly Fields[], kind: "allow" | "reject"): AcpOutcome {
  const option = options.find((each) => each["kind"] === `${kind}_once`);
  if (option === undefined) return { outcome: "cancelled" };
  return { outcome: "selected", optionId: textOf(option["optionId"]) };
}

/** The question to the user. `scope` covers this very call only. */
export function askAbout(key: string, call: Fields, item: ItemDraft, cwd: string): Ask {
  if (item.type === "fileChange") {
    const paths = item.changes.map(({ path }) => path);
    const reason = changesWithin(cwd, item) ? null : "It reaches outside the working folder.";
    return { kind: "fileChange", key, reason, scope: `changes of ${paths.join(", ")}` };
  }
  const isCommand = item.type === "command" && item.actions === undefined;
  if (isCommand) return { kind: "command", key, reason: null, scope: `run ${item.command}` };
  const input = call["rawInput"];
  const words = input === undefined ? "" : ` ${JSON.stringify(input)}`;
  const reason = `${titleOf(call)}${words}`;
  return { kind: "command", key, reason, scope: input === undefined ? null : reason };
}

/** The way out of plan mode: the agent's own options, without those that would stop its asking. */
export function leavingPlan(key: string, call: Fields, options: readonly Fields[]): Ask {
  const offered = options.filter(({ kind }) => kind === "allow_once" || kind === "reject_once");
  const labels = offered.map(({ name }) => ({ label: textOf(name), description: "" }));
  const question = choice("plan", "Plan", titleOf(call), labels);
  return { kind: "questions", key, questions: [question] };
}

/** The option with this name; else that of the user's no. */
export function outcomeNamed(options: readonly Fields[], name: string | null): AcpOutcome {
  const once = listOf(options).filter(
    ({ kind }) => kind === "allow_once" || kind === "reject_once",
  );
  const option = once.find((each) => each["name"] === name);
  if (option === undefined) return outcomeFor(options, "reject");
  return { outcome: "selected", optionId: textOf(option["optionId"]) };
}
