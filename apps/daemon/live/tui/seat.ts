import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { nonceOf } from "@fairlead/testkit";
import type { LiveRow } from "../lane.ts";
import type { Desk } from "./desk.ts";
import type { Screen } from "./screen.ts";

/** One person in front of one screen for the time of a scenario. */
export interface Seat {
  readonly desk: Desk;
  /** The project folder: empty at first. */
  readonly folder: string;
  /** A codex TUI in the folder, ready for input. It is closed at the end of the scenario. */
  readonly codex: (over?: "unix" | "ws") => Promise<Screen>;
  /** The same through `fairlead` with these words. */
  readonly fairlead: (args: readonly string[]) => Promise<Screen>;
}

/** A row of the lane of the codex TUI. */
export interface TuiScenario extends LiveRow {
  /** Rejects when codex or Fairlead does not do what the sentence says. */
  readonly run: (seat: Seat) => Promise<void>;
}

/** Asks for a text nobody typed and waits until the screen shows it. Returns it. */
export async function exchange(screen: Screen, prefix = ""): Promise<string> {
  const seed = randomUUID().slice(0, 8);
  await screen.type(`${prefix}nonce: ${seed}`);
  await screen.shows(nonceOf(seed));
  return nonceOf(seed);
}

type Question = "command" | "edits";

const questions: Readonly<Record<Question, RegExp>> = {
  command: /Would you like to run the following command/,
  edits: /Would you like to make the following edits/,
};

/** Waits until the TUI asks for leave. */
export async function asked(screen: Screen, about: Question): Promise<void> {
  await screen.shows(questions[about]);
}

/** Answers what the TUI asks, with a key of its own list. */
export async function answer(screen: Screen, key: "y" | "a" | "d"): Promise<void> {
  await screen.dismiss(key, /Would you like to/);
}

/** The body of the last request that reached the model, as JSON text. */
export function lastRequest({ mock }: Desk): string {
  return JSON.stringify(mock.requests.at(-1)?.body);
}

/** Waits for the TUI's input line, and fails on anything it reports as wrong. */
export async function ready(screen: Screen): Promise<void> {
  isHealthy(await screen.shows(/\? for shortcuts/));
}

/** Fails on anything the TUI reports as wrong. */
export function isHealthy(text: string): void {
  assert.doesNotMatch(text, /■|failed|error/i, text);
}
