import { RpcError } from "../errors.ts";
import type { OperatorPolicy } from "../policy.ts";
import type { MethodTable } from "./table.ts";

/** What a client runs by itself, without an agent that could be made to ask. */
const running: ReadonlySet<string> = new Set([
  "command/exec",
  "process/spawn",
  "thread/shellCommand",
]);
/** What a client changes on the disk by itself. */
const writing: ReadonlySet<string> = new Set([
  "fs/copy",
  "fs/createDirectory",
  "fs/remove",
  "fs/writeFile",
]);

/**
 * The table of an operator who lets clients only read: what a client would run or change by itself is
 * refused, since no question of an agent comes before it. There is no sandbox here to run it in.
 */
export function withinSandbox(
  table: MethodTable,
  policy: Pick<OperatorPolicy, "sandbox">,
): MethodTable {
  return {
    ...table,
    async dispatch(method, params, context) {
      if (running.has(method)) refuse(method, policy);
      refuseClientWrite(method, policy);
      return table.dispatch(method, params, context);
    },
  };
}

/**
 * Throws an `RpcError` when a request would change the disk by itself and the operator lets clients
 * only read. Called also by who passes requests on to an agent with a sandbox for the rest.
 */
export function refuseClientWrite(method: string, policy: Pick<OperatorPolicy, "sandbox">): void {
  if (writing.has(method)) refuse(method, policy);
}

function refuse(method: string, { sandbox }: Pick<OperatorPolicy, "sandbox">): void {
  if (sandbox !== "read-only") return;
  throw RpcError.invalidRequest(
    `${method}: the operator's policy (sandbox \`read-only\`) lets clients change nothing by themselves: ` +
      "ask an agent, or see `[policy]` of host.toml on that machine",
  );
}
