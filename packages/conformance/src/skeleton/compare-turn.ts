import type { Feature } from "../scenario/feature.ts";
import { alignWork } from "./align-work.ts";
import { fieldContract } from "./field-contract.ts";
import { notificationRule, retryKind } from "./notification-kinds.ts";
import type { AskSkeleton, ItemSkeleton, TurnSkeleton } from "./shape.ts";

/** Items that a turn tells rather than does; their number and places are the agent's own. */
const spoken: ReadonlySet<string> = new Set(["agentMessage", "reasoning", "userMessage"]);

/** Ends of an item that did nothing. */
const undone: ReadonlySet<string> = new Set(["failed", "declined"]);

/**
 * What is wrong with a turn, one sentence each. What is *not* compared, and why:
 *
 * - The number of `agentMessage`s and where they stand, as agents announce what they do: there must be
 *   one with text where codex has one, and one at the end where codex ends with one.
 * - The number and places of `reasoning`: agents think when they like. Codex's own must be there.
 * - The place of a `userMessage`: a steered text may become the agent's next prompt. Their number is
 *   compared, as no text may be lost.
 * - Commands that only read, ran without asking and went well, when codex has none: agents look
 *   before they write.
 * - The number of `collabAgentToolCall`s in a row: codex starts a sub-agent and waits for it in two
 *   calls, other agents in one.
 * - `fileChange` against `commandExecution` for the same step: agents without a tool for it delete or
 *   rename by a command.
 * - `failed` against `declined` where the client answered with an error: it decided nothing, and both
 *   say that nothing was done.
 * - The completed `dynamicToolCall` a question to the user belongs to: agents ask with a tool and show
 *   its call, codex asks without an item.
 * - The end of an item that codex leaves open: the laws say that nothing may be open.
 * - Items and notifications of a turn that ran when the client came: what it sees depends on the
 *   moment. Its end is compared.
 * - Usage where codex's turn failed or said nothing, such as a compaction: codex estimates what is left
 *   of the context, others count what the model answered.
 * - The kind of error where codex knows none or only the HTTP status: a named one tells more. And of an
 *   agent that does not claim to know its provider's errors.
 * - The retries before a failure, texts, ids, times, counts of deltas.
 */
export function compareTurns(
  golden: TurnSkeleton,
  found: TurnSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const ends = compareEnds(golden, found, claimed);
  if (!golden.seenFromStart || !found.seenFromStart) return ends;
  const actual = withBareQuestions(found);
  return [
    ...ends,
    ...compareSpoken(golden, actual, claimed),
    ...compareWork(golden, actual, claimed),
    ...compareAsks("the turn", golden.asks, actual.asks),
    ...compareKinds(dueKinds(golden), actual.notifications, claimed),
  ];
}

/** The kinds of codex's turn that every other server owes as well. */
function dueKinds(golden: TurnSkeleton): readonly string[] {
  const hasFailed = golden.status === "failed";
  const isSilent = ofType(golden, "agentMessage").length === 0;
  return golden.notifications.filter((kind) => {
    if (kind === retryKind) return !hasFailed;
    return kind !== "thread/tokenUsage/updated" || !(hasFailed || isSilent);
  });
}

/** Kinds of error with which codex says that it knows no better. */
const vagueErrors: ReadonlySet<string> = new Set(["other", "httpConnectionFailed"]);
const unnamedErrors: ReadonlySet<string> = new Set(["other", "none"]);

function compareEnds(
  golden: TurnSkeleton,
  actual: TurnSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  if (golden.status !== actual.status) {
    return [`it ends ${actual.status}, codex's ends ${golden.status}`];
  }
  if (golden.error === actual.error || !claimed.has("apiErrors")) return [];
  const tellsMore = actual.error !== null && !unnamedErrors.has(actual.error);
  if (vagueErrors.has(golden.error ?? "") && tellsMore) return [];
  return [`it fails with ${actual.error}, codex's with ${golden.error}`];
}

function compareSpoken(
  golden: TurnSkeleton,
  actual: TurnSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const problems: string[] = [];
  for (const type of ["agentMessage", "reasoning"]) {
    const wanted = ofType(golden, type);
    const found = ofType(actual, type);
    if (wanted.length === 0) continue;
    if (found.length === 0) problems.push(`${type} is missing`);
    else problems.push(...emptyFields(type, wanted, found, claimed));
  }
  const users = ofType(actual, "userMessage");
  const wantedUsers = ofType(golden, "userMessage");
  if (users.length !== wantedUsers.length) {
    problems.push(`it has ${users.length} userMessage(s), codex has ${wantedUsers.length}`);
  } else {
    problems.push(...emptyFields("userMessage", wantedUsers, users, claimed));
  }
  const told = ofType(actual, "agentMessage").length > 0;
  if (told && endsWithMessage(golden) && !endsWithMessage(actual)) {
    problems.push("no agentMessage follows its last step, codex ends with one");
  }
  return problems;
}

/** Fields that codex fills in one item of a type at least, and this server in none. */
function emptyFields(
  type: string,
  golden: readonly ItemSkeleton[],
  actual: readonly ItemSkeleton[],
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const filled = new Set(golden.flatMap((item) => item.filled));
  const found = new Set(actual.flatMap((item) => item.filled));
  return missingFields(type, filled, found, claimed).map(
    (name) => `${type}.${name} is empty, codex fills it`,
  );
}

function missingFields(
  type: string,
  golden: ReadonlySet<string>,
  actual: ReadonlySet<string>,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  return fieldContract
    .filter((rule) => rule.type === type && golden.has(rule.name) && !actual.has(rule.name))
    .filter(({ needs }) => needs === undefined || claimed.has(needs))
    .map(({ name }) => name);
}

function compareWork(
  golden: TurnSkeleton,
  actual: TurnSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const wanted = workOf(golden);
  const found = workOf(actual);
  const codexReads = wanted.some(({ onlyReads }) => onlyReads);
  const looks = (item: ItemSkeleton): boolean =>
    item.onlyReads && item.status === "completed" && item.asks.length === 0;
  const counted = found.filter((item) => codexReads || !looks(item));
  const { pairs, missing, extra } = alignWork(wanted, standIn(wanted, counted));
  return [
    ...missing.map((item) => {
      const misplaced = extra.some(({ type }) => type === item.type);
      return `${describe(item)} ${misplaced ? "is missing or out of order" : "is missing"}`;
    }),
    ...extra
      .filter((item) => !looks(item))
      .map((item) => `${describe(item)} is not in codex's turn`),
    ...pairs.flatMap(([one, other]) => compareItems(one, other, claimed)),
  ];
}

function compareItems(
  golden: ItemSkeleton,
  actual: ItemSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const { type } = golden;
  const problems: string[] = [];
  const refused = golden.asks.some(({ outcome }) => outcome === "error");
  const bothUndone = refused && undone.has(golden.status) && undone.has(actual.status);
  if (golden.status !== "open" && golden.status !== actual.status && !bothUndone) {
    problems.push(`${type} ends ${actual.status}, codex's ends ${golden.status}`);
  }
  problems.push(...compareAsks(type, golden.asks, actual.asks));
  const filled = new Set(golden.filled);
  for (const name of missingFields(type, filled, new Set(actual.filled), claimed)) {
    problems.push(`${type}.${name} is empty, codex fills it`);
  }
  return problems;
}

/** Compares requests of the server as a bag: approvals of parallel calls come in any order. */
function compareAsks(
  about: string,
  golden: readonly AskSkeleton[],
  actual: readonly AskSkeleton[],
): readonly string[] {
  const left = golden.map(describeAsk);
  const extra: string[] = [];
  for (const ask of actual.map(describeAsk)) {
    const index = left.indexOf(ask);
    if (index === -1) extra.push(ask);
    else left.splice(index, 1);
  }
  return [
    ...left.map((ask) => `${about}: codex asks ${ask}, and this was not seen`),
    ...extra.map((ask) => `${about}: the server asks ${ask}, codex does not`),
  ];
}

/** Compares two sets of kinds of notifications by the table. */
export function compareKinds(
  golden: readonly string[],
  actual: readonly string[],
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const missing = golden.filter((kind) => !actual.includes(kind) && isDue(kind, claimed));
  const extra = actual.filter(
    (kind) => !golden.includes(kind) && !notificationRule(kind).mayBeExtra,
  );
  return [
    ...missing.map((kind) => `notification ${kind} is missing`),
    ...extra.map((kind) => `notification ${kind} came, codex sends none`),
  ];
}

function isDue(kind: string, claimed: ReadonlySet<Feature>): boolean {
  const { mayBeAbsent } = notificationRule(kind);
  return typeof mayBeAbsent === "boolean" ? !mayBeAbsent : claimed.has(mayBeAbsent.unless);
}

/** The items that do something, neighbouring calls of sub-agents as one. */
function workOf({ items }: TurnSkeleton): readonly ItemSkeleton[] {
  const work = items.filter(({ type }) => !spoken.has(type));
  return work.filter(({ type, status }, index) => {
    const before = work[index - 1];
    return type !== "collabAgentToolCall" || before?.type !== type || before.status !== status;
  });
}

/** Lets the calls of tools that only asked the user be questions without an item. */
function withBareQuestions(turn: TurnSkeleton): TurnSkeleton {
  const asking = turn.items.filter(
    ({ type, status, asks }) =>
      type === "dynamicToolCall" &&
      status === "completed" &&
      asks.length > 0 &&
      asks.every(({ method }) => method === "item/tool/requestUserInput"),
  );
  return {
    ...turn,
    items: turn.items.filter((item) => !asking.includes(item)),
    asks: [...turn.asks, ...asking.flatMap(({ asks }) => asks)],
  };
}

/** Lets commands count as the file changes that codex has more of. */
function standIn(
  golden: readonly ItemSkeleton[],
  actual: readonly ItemSkeleton[],
): readonly ItemSkeleton[] {
  const count = (items: readonly ItemSkeleton[], type: string): number =>
    items.filter((item) => item.type === type).length;
  let places = Math.min(
    count(golden, "fileChange") - count(actual, "fileChange"),
    count(actual, "commandExecution") - count(golden, "commandExecution"),
  );
  return actual.map((item) => {
    if (item.type !== "commandExecution" || places <= 0) return item;
    places -= 1;
    const filled = fieldContract.filter(({ type }) => type === "fileChange");
    const method = "item/fileChange/requestApproval";
    return {
      ...item,
      type: "fileChange",
      asks: item.asks.map(({ outcome }) => ({ method, outcome })),
      filled: filled.map(({ name }) => name),
    };
  });
}

function endsWithMessage({ items }: TurnSkeleton): boolean {
  // Codex repeats the finding of a review as a message behind the end of it.
  const untold = new Set(["userMessage", "reasoning", "exitedReviewMode"]);
  const last = items.filter(({ type }) => !untold.has(type)).at(-1);
  return last?.type === "agentMessage" && last.status !== "open";
}

function ofType({ items }: TurnSkeleton, type: string): readonly ItemSkeleton[] {
  return items.filter((item) => item.type === type);
}

function describe({ type, status }: ItemSkeleton): string {
  return `${type} (${status})`;
}

function describeAsk({ method, outcome }: AskSkeleton): string {
  return `${method} (${outcome})`;
}
