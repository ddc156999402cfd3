import {
  describeIssues,
  isClientMethod,
  isServerNotificationMethod,
  isServerRequestMethod,
  notificationSchema,
  resultSchema,
  serverRequestSchema,
} from "@fairlead/codex-proto";
import type { Message } from "../frame.ts";
import type { Law, LawContext } from "../law.ts";

/**
 * Law 4: every frame of the server validates against the schema of the pinned codex and the
 * overlay.
 */
export function schema({ report }: LawContext): Law {
  return {
    see(step) {
      if (step.direction !== "receive") return;
      const checked = validate(step.message);
      if (checked === undefined || checked.problem === undefined) return;
      const { method, problem } = checked;
      const message = `${method}: ${problem}`;
      const clause = checked.unknown === true ? "unknown-method" : "invalid";
      report({ clause, message, facts: { method }, at: step });
    },
  };
}

interface Checked {
  readonly method: string;
  readonly problem: string | undefined;
  readonly unknown?: boolean;
}

function validate(message: Message): Checked | undefined {
  switch (message.kind) {
    case "notification": {
      const { method, params } = message;
      if (!isServerNotificationMethod(method))
        return unknown(method, "is no notification of codex");
      return { method, problem: problemOf(notificationSchema(method).safeParse(params)) };
    }
    case "request": {
      const { method, params } = message;
      if (!isServerRequestMethod(method)) return unknown(method, "is no server request of codex");
      return { method, problem: problemOf(serverRequestSchema(method).safeParse(params)) };
    }
    case "result": {
      if (message.request === undefined) return undefined;
      const { method } = message.request;
      if (!isClientMethod(method))
        return unknown(method, "has a result, and codex has no such method");
      return { method, problem: problemOf(resultSchema(method).safeParse(message.result)) };
    }
    case "error":
      return undefined;
  }
}

function unknown(method: string, problem: string): Checked {
  return { method, problem, unknown: true };
}

interface Parsed {
  readonly error?: Parameters<typeof describeIssues>[0];
}

function problemOf({ error }: Parsed): string | undefined {
  return error === undefined ? undefined : describeIssues(error);
}
