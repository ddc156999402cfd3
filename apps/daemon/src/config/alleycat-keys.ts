/** Agents that Alleycat knows. A section of one that is unknown here is no typo. */
export const alleycatAgents: ReadonlySet<string> = new Set([
  "codex",
  "pi",
  "amp",
  "opencode",
  "claude",
  "droid",
  "hermes",
  "devin",
  "grok",
  "shell",
]);

/**
 * What becomes of keys of Alleycat that have none of their own here, outside of `[agents]`: the
 * sentence to say.
 */
export const alleycatKeys: ReadonlyMap<string, string> = new Map([
  [
    "session.pending_grace_secs",
    "it is not used: an approval waits here until it is answered; policy.approval_limit_minutes sets a limit",
  ],
]);

type Remark = (agent: string, raw: unknown) => string | null;

const approvalsStay: Remark = (agent, raw) =>
  raw === true
    ? `approvals stay on: to let clients of this agent switch them off, write approvals = "auto" in [agents.${agent}]`
    : null;
const notNeeded: Remark = () => "it is not needed here and has no effect";

/**
 * The same for keys of `[agents.NAME]`: the sentence for a value, null when it says what holds here
 * anyway.
 */
export const alleycatAgentKeys: ReadonlyMap<string, Remark> = new Map([
  ["bypass_permissions", approvalsStay],
  ["dangerously_allow_all", approvalsStay],
  ["always_approve", approvalsStay],
  [
    "api_key_env",
    (agent, raw) =>
      `it is not used: agents get the environment of your terminal; ${
        typeof raw === "string" && /^[A-Z_0-9]+$/u.test(raw) ? raw : "a key"
      } is found there, or in [agents.${agent}.env]`,
  ],
  ["host", notNeeded],
  ["port", notNeeded],
  ["api_base", notNeeded],
  ["no_leader", notNeeded],
  ["model", notNeeded],
  ["reasoning_effort", notNeeded],
  ["shell_bin", notNeeded],
  ["default_cwd", notNeeded],
  ["allow_env_passthrough", notNeeded],
]);
