import type { Scenario } from "../scenario.ts";
import { opening, request, turnCompleted, wholeTurn } from "../scripts.ts";

/** Commands the agent runs without asking, and the user's own. */
export const commandScenarios: readonly Scenario[] = [
  {
    id: "command",
    title: "A command is an item with its output and exit code.",
    needs: ["command"],
    steps: [...opening(), ...wholeTurn("command", "run: echo from the command ;; say: it ran")],
  },
  {
    id: "command-failed",
    title: "A command that fails is an item that says so, and the turn goes on.",
    needs: ["command"],
    steps: [
      ...opening(),
      ...wholeTurn("command-failed", "run: echo out; exit 3 ;; say: it failed"),
    ],
  },
  {
    id: "command-parallel",
    title: "Commands that run at the same time are items of their own.",
    needs: ["command"],
    steps: [
      ...opening(),
      ...wholeTurn(
        "command-parallel",
        "parallel: sleep 0.5; echo one ### sleep 0.5; echo two ;; say: both ran",
      ),
    ],
  },
  {
    id: "command-streaming",
    title: "The output of a command is streamed while it runs.",
    needs: ["command", "commandOutput"],
    steps: [
      ...opening(),
      ...wholeTurn(
        "command-streaming",
        "run: for i in 1 2 3; do sleep 0.5; echo line $i; done ;; say: it counted",
      ),
    ],
  },
  {
    id: "background-command",
    title: "A command that takes long does not keep the turn from ending.",
    needs: ["command", "backgroundCommand"],
    steps: [
      ...opening(),
      ...wholeTurn("command-background", "run: sleep 13 ;; say: it still runs"),
    ],
  },
  {
    id: "shell-command",
    title: "A command of the user's own is a turn with one item.",
    needs: [],
    steps: [
      ...opening(),
      request("thread/shellCommand", {
        threadId: "$thread",
        command: "sleep 0.3; echo from the user",
      }),
      turnCompleted,
    ],
  },
];
