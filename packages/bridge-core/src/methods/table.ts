import {
  clientMethods,
  describeIssues,
  isClientMethod,
  paramsSchema,
  type ClientMethod,
  type ClientRequests,
  type Stability,
} from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import type { Handler, Handlers, RequestContext } from "./handler.ts";
import { refusals } from "./refusals.ts";

/** What a server does with one method. */
export type Answer<M extends ClientMethod> =
  | { readonly kind: "answered" | "empty"; readonly handler: Handler<M> }
  | { readonly kind: "refused"; readonly reason: string };

/** One method as documentation lists it. */
export interface MethodEntry {
  readonly method: ClientMethod;
  /** `experimental`: only for clients whose `capabilities.experimentalApi` is true. */
  readonly stability: Stability;
  readonly kind: Answer<ClientMethod>["kind"];
  /** Why it is refused and what to do instead; null when it is answered. */
  readonly reason: string | null;
}

/** Every method of the codex wire and what becomes of it. Made by {@link methodTable}. */
export interface MethodTable {
  find<M extends ClientMethod>(method: M): Answer<M>;
  /**
   * Answers one request. Rejects with an `RpcError`: −32601 and the reason when the method is
   * refused, −32600 when it is experimental and the client did not opt in, −32602 naming method and
   * field when the params are wrong, and with whatever the handler throws.
   */
  dispatch<M extends ClientMethod>(
    method: M,
    params: unknown,
    context: RequestContext,
  ): Promise<ClientRequests[M]["result"]>;
  /** All methods by name, for documentation. */
  entries(): readonly MethodEntry[];
}

/**
 * The groups a table is made of; what is in neither is refused with its sentence in `refusals.ts`.
 */
export interface MethodGroups {
  readonly answered: readonly Handlers[];
  /** Answers that are empty and true. */
  readonly empty: readonly Handlers[];
}

/**
 * Joins the groups of a server. Throws when a method is in two groups, or answered and refused, or
 * neither: the message lists them all.
 */
export function methodTable(groups: MethodGroups): MethodTable {
  const answeredGroups = [handshake, ...groups.answered];
  requireEachOnce([...answeredGroups, ...groups.empty, refusals]);
  const answered = join(answeredGroups);
  const empty = join(groups.empty);

  const find = <M extends ClientMethod>(method: M): Answer<M> => {
    const answer = answered[method];
    if (answer !== undefined) return { kind: "answered", handler: answer };
    const emptyAnswer = empty[method];
    if (emptyAnswer !== undefined) return { kind: "empty", handler: emptyAnswer };
    return { kind: "refused", reason: refusals[method] ?? `${method} is not answered.` };
  };

  return {
    find,
    async dispatch(method, params, context) {
      const answer = find(method);
      if (answer.kind === "refused") throw RpcError.methodNotFound(answer.reason);
      if (clientMethods[method] === "experimental" && !context.client.experimental) {
        throw RpcError.invalidRequest(`${method} requires experimentalApi capability`);
      }
      return answer.handler(parse(method, params), context);
    },
    entries: () =>
      methodNames().map((method) => {
        const answer = find(method);
        const reason = answer.kind === "refused" ? answer.reason : null;
        return { method, stability: clientMethods[method], kind: answer.kind, reason };
      }),
  };
}

/** The connection itself answers the first one; it alone knows the client. */
const handshake: Handlers = {
  initialize: () => {
    throw RpcError.invalidRequest("Already initialized");
  },
};

/**
 * Codex wants `params` even where every field is optional; clients that leave them out mean none.
 */
function parse<M extends ClientMethod>(method: M, params: unknown): ClientRequests[M]["params"] {
  const schema = paramsSchema(method);
  const exact = schema.safeParse(params);
  const parsed = exact.success || params != null ? exact : schema.safeParse({});
  if (parsed.success) return parsed.data;
  throw RpcError.invalidParams(`${method}: ${describeIssues(parsed.error)}`);
}

function join(groups: readonly Handlers[]): Handlers {
  return groups.reduce<Handlers>((joined, group) => ({ ...joined, ...group }), {});
}

function requireEachOnce(groups: readonly object[]): void {
  const counts = new Map<string, number>();
  for (const method of groups.flatMap((group) => Object.keys(group))) {
    counts.set(method, (counts.get(method) ?? 0) + 1);
  }
  const twice = [...counts].filter(([, count]) => count > 1).map(([method]) => method);
  const missing = methodNames().filter((method) => !counts.has(method));
  const complaints = [
    ...(twice.length === 0 ? [] : [`in two groups: ${twice.toSorted().join(", ")}`]),
    ...(missing.length === 0 ? [] : [`neither answered nor refused: ${missing.join(", ")}`]),
  ];
  if (complaints.length > 0) throw new Error(`The method table is wrong: ${complaints.join("; ")}`);
}

function methodNames(): readonly ClientMethod[] {
  return Object.keys(clientMethods).filter(isClientMethod).toSorted();
}
