import {
  describeIssues,
  isServerNotificationMethod,
  notificationSchema,
} from "@fairlead/codex-proto";
import type { Notification } from "./notification-log.ts";

interface Schema {
  safeParse(value: unknown): { readonly error?: Parameters<typeof describeIssues>[0] };
}

/**
 * Where JSON from the server gets its type: checked against the schema of the pinned codex, or
 * trusted as it is, so that a newer server's additions do no harm.
 */
export class WireEdge {
  readonly #validate: boolean;

  constructor(validate: boolean) {
    this.#validate = validate;
  }

  /** Throws a sentence that names the field when the value is checked and wrong. */
  check<T>(value: unknown, what: string, schema: () => Schema): asserts value is T {
    if (!this.#validate) return;
    const { error } = schema().safeParse(value);
    if (error !== undefined)
      throw new Error(`${what} is not as codex has it: ${describeIssues(error)}`);
  }

  /** The notification, or `undefined` for one that this version of the protocol does not have. */
  notification(method: string, params: unknown): Notification | undefined {
    const candidate = { method, params };
    return this.#isNotification(candidate) ? candidate : undefined;
  }

  #isNotification(candidate: {
    readonly method: string;
    readonly params: unknown;
  }): candidate is Notification {
    const { method, params } = candidate;
    if (!isServerNotificationMethod(method)) return false;
    this.check(params, method, () => notificationSchema(method));
    return true;
  }
}
