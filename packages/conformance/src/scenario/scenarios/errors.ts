import type { Scenario } from "../scenario.ts";
import { opening, say, wholeTurn } from "../scripts.ts";

interface ApiError {
  /** The failure's name in the mock LLM. */
  readonly name: string;
  readonly what: string;
}

const apiErrors: readonly ApiError[] = [
  { name: "400", what: "A request the model refuses" },
  { name: "401", what: "A key the provider does not know" },
  { name: "403", what: "A model one may not use" },
  { name: "404", what: "A model that does not exist" },
  { name: "429", what: "A rate limit" },
  { name: "503", what: "A provider that is down" },
  { name: "overloaded", what: "An overloaded provider" },
  { name: "context", what: "A context window that is full" },
  { name: "quota", what: "A quota that is used up" },
  { name: "stream", what: "An answer that fails before its first word" },
  { name: "midstream", what: "An answer that fails in the middle" },
  { name: "disconnect", what: "A connection that breaks in the middle of an answer" },
];

/** What goes wrong at the agent's provider. */
export const errorScenarios: readonly Scenario[] = [
  {
    id: "turn-failed",
    title: "A turn that cannot be answered fails with a reason, and the next one works.",
    needs: [],
    steps: [...opening(), ...wholeTurn("error", "error: 500"), ...say("still here")],
  },
  {
    id: "retry",
    title: "An error the agent tries to overcome is told as such, and the turn completes.",
    needs: ["retry"],
    steps: [...opening(), ...wholeTurn("retry", "error: 500 x2 ;; say: recovered")],
  },
  ...apiErrors.map(({ name, what }): Scenario => {
    return {
      id: `error-${name}`,
      title: `${what} fails the turn with an error of its class.`,
      needs: ["apiErrors"],
      steps: [...opening(), ...wholeTurn(`error-${name}`, `error: ${name}`)],
    };
  }),
];
