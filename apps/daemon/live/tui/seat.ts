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

/** Waits for the TUI's input line, and fails on anything it reports as wrong. */
export async function ready(screen: Screen): Promise<void> {
  const text = await screen.shows(/\? for shortcuts/);
  assert.doesNotMatch(text, /■|failed|error/i, text);
}
