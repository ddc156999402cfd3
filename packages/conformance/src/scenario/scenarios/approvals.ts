import type { Scenario } from "../scenario.ts";
import {
  asking,
  commandApproval,
  decide,
  interruptTurn,
  notified,
  opening,
  refuse,
  turn,
  turnCompleted,
} from "../scripts.ts";

/** Commands the agent asks for. */
export const approvalScenarios: readonly Scenario[] = [
  {
    id: "command-accept",
    title: "A command runs once it is accepted.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn("command-accept", "run: touch approved.txt ;; say: finished"),
      decide(commandApproval, "accept"),
      turnCompleted,
    ],
  },
  {
    id: "command-accept-session",
    title: "A command accepted for the session is not asked for again.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn(
        "command-accept-session",
        "run: touch twice.txt ;; run: touch twice.txt ;; say: finished",
      ),
      decide(commandApproval, "acceptForSession"),
      turnCompleted,
    ],
  },
  {
    id: "command-accept-session-other",
    title: "A command accepted for the session says nothing of another one.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn(
        "command-accept-session-other",
        "run: touch accepted.txt ;; run: touch other.txt ;; say: finished",
      ),
      decide(commandApproval, "acceptForSession"),
      decide(commandApproval, "decline"),
      turnCompleted,
    ],
  },
  {
    id: "command-decline",
    title: "A declined command does not run, and the turn goes on.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn("command-decline", "run: touch declined.txt ;; say: after the decline"),
      decide(commandApproval, "decline"),
      turnCompleted,
    ],
  },
  {
    id: "command-cancel",
    title: "A cancelled command does not run, and the turn is interrupted.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn("command-cancel", "run: touch cancelled.txt ;; say: never"),
      decide(commandApproval, "cancel"),
      turnCompleted,
    ],
  },
  {
    id: "approval-error",
    title: "A client that answers an approval with an error has not agreed to anything.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn("command-decline", "run: touch declined.txt ;; say: after the decline"),
      refuse(commandApproval),
      turnCompleted,
    ],
  },
  {
    id: "approval-interrupt",
    title: "An interrupt while an approval waits withdraws the question and runs nothing.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn("command-interrupt", "run: touch never.txt ;; say: never"),
      notified(commandApproval),
      interruptTurn,
      turnCompleted,
      notified("serverRequest/resolved"),
    ],
  },
];
