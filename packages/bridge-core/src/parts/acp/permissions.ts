import type { Ask, ItemDraft } from "../../ops.ts";
import { callAsk, changesWithin } from "../call-ask.ts";
import { fieldsOf, listOf, textOf, type Fields } from "../fields.ts";
import { choice } from "../questions.ts";
import { isToldCommand, titleOf } from "./tool-items.ts";

/** What is answered to `session/request_permission`. */
export type AcpOutcome =
  | { readonly outcome: "cancelled" }
  | { readonly outcome: "selected"; readonly optionId: string };

/**
 * The option of a kind: `once`, never one that would hold for later calls. Cancelled where there is
 * none, which stops the agent rather than grant too much.
 */
export function outcomeFor(options: readonly Fields[], kind: "allow" | "reject"): AcpOutcome {
  return selected(options.find((each) => each["kind"] === `${kind}_once`));
}

/** True for the yes among these options. */
export function isAllowed(outcome: AcpOutcome, options: readonly Fields[]): boolean {
  if (outcome.outcome === "cancelled") return false;
  const chosen = options.find(({ optionId }) => optionId === outcome.optionId);
  return chosen?.["kind"] === "allow_once";
}

/**
 * The question to the user. `scope` covers this very call only: where all that is known of it is a
 * title, which others may have too, there is none.
 */
export function askAbout(key: string, call: Fields, item: ItemDraft, cwd: string): Ask {
  const input = fieldsOf(call["rawInput"]);
  const isCommand = item.type === "command" && item.actions === undefined;
  const isTold = isCommand ? isToldCommand(call) : Object.keys(input).length > 0;
  const name = isCommand ? "run" : titleOf(call);
  const reason = isCommand || isTold ? null : name;
  const inside = changesWithin(cwd, item);
  const ask = callAsk({ key, call: { name, input, item }, inside, reason });
  return isTold || ask.kind !== "command" ? ask : { ...ask, scope: null };
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
  return option === undefined ? outcomeFor(options, "reject") : selected(option);
}

function selected(option: Fields | undefined): AcpOutcome {
  const optionId = textOf(option?.["optionId"]);
  return optionId === "" ? { outcome: "cancelled" } : { outcome: "selected", optionId };
}
