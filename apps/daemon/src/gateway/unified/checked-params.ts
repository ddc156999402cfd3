import {
  type ClientMethod,
  type ClientRequests,
  describeIssues,
  paramsSchema,
} from "@fairlead/codex-proto";
import { RpcError } from "@fairlead/bridge-core/peer";

/** The params of a request, typed; absent ones as none. Throws `invalid params` naming the field. */
export function checkedParams<M extends ClientMethod>(
  method: M,
  params: unknown,
): ClientRequests[M]["params"] {
  const parsed = paramsSchema(method).safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  throw RpcError.invalidParams(`${method}: ${describeIssues(parsed.error)}`);
}
