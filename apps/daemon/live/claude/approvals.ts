import { approvals as shared } from "../agent/approvals.ts";
import { rowsOf } from "../agent/rows-of.ts";
import type { LiveScenario } from "../scenario.ts";

/** Permission requests and their answers. */
export const approvals: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "approval-before-effect": "`can_use_tool` comes before the effect and waits for its answer.",
    "approval-declined":
      '`{behavior: "deny", message}`: the call does not run and the turn goes on.',
    "approval-cancelled": "`deny` + `interrupt: true` aborts the turn.",
    "approval-for-session":
      "Always allow covers the same call again, not another, and never reaches the disk.",
    "approval-refused-by-error":
      'An error response to the request is "Tool permission request failed", never a yes.',
    "approval-interrupted": "`control_cancel_request` withdraws a prompt when an interrupt comes.",
    "approval-survives-client":
      "A permission request has no time-out: it outlives its client, and another answers it.",
    "approval-policy-never":
      "Instead of a bypass mode every `can_use_tool` is answered with allow: nothing is asked.",
    "approval-accept-edits":
      "Mode `acceptEdits` writes inside the folder unasked, and still asks for a command.",
    "approval-outside":
      "`decision_reason`: a write outside the folder is asked about, and the client told why.",
    "approval-ceiling":
      "Nobody is handed `bypassPermissions`: above the operator's ceiling it still asks.",
  }),
];
