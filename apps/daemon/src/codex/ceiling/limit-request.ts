import type { OperatorPolicy } from "@fairlead/bridge-core";
import { type Limit, limit, silent, type Wish } from "./limits.ts";
import { limitConfig } from "./limit-config.ts";
import {
  isApprovalsOff,
  isObject,
  type JsonObject,
  listOf,
  objectOf,
  policyModeOf,
  profileModeOf,
  sandboxModeOf,
  textOf,
} from "./narrow.ts";

/** What becomes of a client's request. */
export type Verdict =
  /** Goes to codex with these params; `lowered` are sentences for the client. */
  | { readonly kind: "pass"; readonly params: unknown; readonly lowered: readonly string[] }
  /** Is not passed on; the reason is a sentence for the client. */
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * Holds a request to codex to the operator's ceiling. Settings of threads are looked at in every
 * method, known or not; what runs or writes above the ceiling by itself is refused. Pure.
 */
export function limitRequest(method: string, params: unknown, ceiling: OperatorPolicy): Verdict {
  switch (method) {
    case "command/exec":
      return limitCommand(objectOf(params), params, ceiling);
    case "process/spawn":
    case "thread/shellCommand":
      return ceiling.sandbox === "danger-full-access"
        ? pass(params)
        : refuse(`${method}: codex runs it without a sandbox, ${notAllowed(ceiling)}`);
    case "config/value/write":
      return limitWrites([params], params, ceiling);
    case "config/batchWrite":
      return limitWrites(listOf(objectOf(params)["edits"]), params, ceiling);
    default:
      return isObject(params) ? limitSettings(params, ceiling) : pass(params);
  }
}

function limitSettings(params: JsonObject, ceiling: OperatorPolicy): Verdict {
  const changed = new Map<string, unknown>();
  const take = (field: string, wish: Partial<Wish>, pick: (limited: Limit) => unknown): void => {
    const limited = limit({ ...silent, ...wish }, ceiling);
    if (limited.lowered.length > 0) changed.set(field, pick(limited));
  };
  const { approvalPolicy, approvalsReviewer, sandbox, sandboxPolicy, permissions, config } = params;
  take(
    "approvalPolicy",
    { isApprovalsOff: isApprovalsOff(approvalPolicy) },
    (to) => to.approvalPolicy,
  );
  take("approvalsReviewer", { reviewer: approvalsReviewer }, (to) => to.reviewer);
  take("sandbox", { mode: sandboxModeOf(sandbox) }, (to) => to.mode);
  take("sandboxPolicy", { mode: policyModeOf(sandboxPolicy) }, (to) => to.sandboxPolicy);
  if (permissions != null) {
    const known: readonly unknown[] = [":read-only", ":workspace", ":danger-full-access"];
    if (!known.includes(permissions) && ceiling.sandbox !== "danger-full-access") {
      // Other versions of codex may take more than a name here.
      const profile = typeof permissions === "string" ? permissions : JSON.stringify(permissions);
      return refuse(
        `permissions: what the profile ${profile} allows is not known here, ${notAllowed(ceiling)}`,
      );
    }
    take("permissions", { mode: profileModeOf(permissions) }, ({ mode }) =>
      mode === "workspace-write" ? ":workspace" : ":read-only",
    );
  }
  const modes = [sandboxModeOf(sandbox), policyModeOf(sandboxPolicy), profileModeOf(permissions)];
  const wish: Wish = {
    isApprovalsOff: isApprovalsOff(approvalPolicy),
    reviewer: approvalsReviewer,
    mode: modes.find((mode) => limit({ ...silent, mode }, ceiling).mode !== null) ?? null,
  };
  const lowered = [...limit(wish, ceiling).lowered];
  if (isObject(config)) {
    const limited = limitConfig(config, ceiling);
    const { leftOut } = limited;
    if (leftOut.length > 0) {
      changed.set("config", limited.config);
      lowered.push(`The operator's policy leaves out of \`config\`: ${leftOut.join(", ")}.`);
    }
  }
  if (changed.size === 0) return pass(params);
  return {
    kind: "pass",
    params: { ...params, ...Object.fromEntries(changed) },
    lowered,
  };
}

function limitCommand(command: JsonObject, params: unknown, ceiling: OperatorPolicy): Verdict {
  const { sandboxPolicy, permissionProfile } = command;
  const modes = [policyModeOf(sandboxPolicy), profileModeOf(permissionProfile)];
  for (const mode of modes) {
    const { lowered } = limit({ ...silent, mode }, ceiling);
    if (lowered.length > 0)
      return refuse(`command/exec: it asks for \`${mode}\`, ${notAllowed(ceiling)}`);
  }
  if (modes.some((mode) => mode !== null) || ceiling.sandbox === "danger-full-access") {
    return pass(params);
  }
  // Without a policy codex takes that of its configuration, which may be above the ceiling.
  const highest = limit({ ...silent, mode: "danger-full-access" }, ceiling);
  return pass({ ...command, sandboxPolicy: highest.sandboxPolicy });
}

function limitWrites(edits: readonly unknown[], params: unknown, ceiling: OperatorPolicy): Verdict {
  const above = edits.map(objectOf).flatMap((edit) => {
    const value = edit["value"];
    const key = textOf(edit["keyPath"]) ?? "";
    const table = key === "" ? objectOf(value) : { [key]: value };
    return limitConfig(table, ceiling).leftOut;
  });
  if (above.length === 0) return pass(params);
  return refuse(
    `this cannot be written to the configuration of codex: ${[...new Set(above)].join(", ")}; ${notAllowed(ceiling)}`,
  );
}

function notAllowed({ approvals, sandbox }: OperatorPolicy): string {
  return (
    `which the operator's policy (approvals \`${approvals}\`, sandbox \`${sandbox}\`) does not allow: ` +
    "`[policy]` of host.toml on that machine says how far clients may go"
  );
}

function pass(params: unknown): Verdict {
  return { kind: "pass", params, lowered: [] };
}

function refuse(reason: string): Verdict {
  return { kind: "refuse", reason };
}
