import type { Feature } from "./feature.ts";
import type { ClientStep } from "./step.ts";

/** A conversation of a client with a server, as data: played with real codex and with every bridge. */
export interface Scenario {
  /** Kebab case; name of the golden transcript. */
  readonly id: string;
  /** One sentence: what a client can rely on when it passes. */
  readonly title: string;
  /** What the agent must offer for it to apply. Empty: every bridge. */
  readonly needs: readonly Feature[];
  /** Files of the project folder at the start, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly steps: readonly ClientStep[];
}
