import { Envelope } from "./envelope.ts";
import { exceptionFor } from "./codex-exceptions.ts";
import type { Direction, Message } from "./frame.ts";
import type { Law, LawContext, LawEntry } from "./law.ts";
import { errorCodes } from "./laws/error-codes.ts";
import { itemLife, itemText } from "./laws/items.ts";
import { schema } from "./laws/schema.ts";
import { serverRequest } from "./laws/server-requests.ts";
import { stableIds } from "./laws/stable-ids.ts";
import { times } from "./laws/times.ts";
import { steer, turnEnd, turnOnce } from "./laws/turns.ts";
import { arrayField } from "./read.ts";
import { ThreadLedger } from "./thread-ledger.ts";
import type { AllowedViolation, Finding, LawName, Violation } from "./violation.ts";

/** What a stream is held to. */
export interface LawCheckerOptions {
  /**
   * `fairlead` (default) is the law as written. `codex` forgives what real codex is recorded to do,
   * exception by exception (`codexExceptions`): use it on recordings of codex only.
   */
  readonly profile?: "fairlead" | "codex";
  /**
   * Holds error responses to Fairlead's codes too. Default false: real codex answers −32600 to
   * nearly everything.
   */
  readonly errorCodes?: boolean;
}

/** Checks one client's stream of frames, one by one, as they pass. */
export interface LawChecker {
  /** A frame the client sent, parsed. */
  readonly send: (frame: unknown) => void;
  /** A frame the client received, parsed. */
  readonly receive: (frame: unknown) => void;
  /**
   * The client came back to the session it had, and the stream goes on where it was: nothing is
   * forgiven, and open server requests are delivered once more under their ids.
   */
  readonly reattach: () => void;
  /**
   * The connection ended and the client begins anew, or was told of drift. Running turns and unanswered
   * requests are forgiven; item ids seen stay known, so that reads after a restart are checked
   * against them.
   */
  readonly disconnect: () => void;
  /** Ends the stream: what was promised and never came is a violation. Returns all violations. */
  readonly finish: () => readonly Violation[];
  /** What was found so far, in order. */
  readonly violations: readonly Violation[];
  /** What was found so far and the profile `codex` forgives, in order. */
  readonly allowed: readonly AllowedViolation[];
}

const laws: readonly LawEntry[] = [
  { name: "turn-once", create: turnOnce },
  { name: "turn-end", create: turnEnd },
  { name: "item-life", create: itemLife },
  { name: "item-text", create: itemText },
  { name: "stable-ids", create: stableIds },
  { name: "schema", create: schema },
  { name: "times", create: times },
  { name: "steer", create: steer },
  { name: "server-request", create: serverRequest },
];

/** A checker of the laws of the wire for one stream of frames, from its first frame on. */
export function createLawChecker(options: LawCheckerOptions = {}): LawChecker {
  const forgives = options.profile === "codex";
  const violations: Violation[] = [];
  const allowed: AllowedViolation[] = [];
  const ledger = new ThreadLedger();
  const silenced = new Set<string>();
  let frames = 0;

  function reporter(law: LawName): (finding: Finding) => void {
    return ({ clause, message, facts = {}, at }) => {
      const found = { law, clause, message, facts, frameIndex: at.index, frame: at.frame };
      const exception = forgives ? exceptionFor(law, clause, facts) : undefined;
      if (exception === undefined) violations.push(found);
      else allowed.push({ ...found, reason: exception.because });
    };
  }

  const chosen = options.errorCodes
    ? [...laws, { name: "error-codes", create: errorCodes } as const]
    : laws;
  const envelope = new Envelope(reporter("envelope"));
  const running: readonly Law[] = chosen.map(({ name, create }) => {
    const optedOut = (method: string): boolean => silenced.has(method);
    const context: LawContext = { report: reporter(name), ledger, optedOut };
    return create(context);
  });

  function optOut(direction: Direction, message: Message): void {
    if (direction !== "send" || message.kind !== "request") return;
    if (message.method !== "initialize") return;
    silenced.clear();
    for (const method of arrayField(message.params, "capabilities", "optOutNotificationMethods")) {
      if (typeof method === "string") silenced.add(method);
    }
  }

  function take(direction: Direction, frame: unknown): void {
    const index = frames++;
    const message = envelope.classify(direction, index, frame);
    if (message === undefined) return;
    if (direction === "receive" && message.kind === "notification") {
      if (silenced.has(message.method)) {
        const text = `${message.method} was opted out of in initialize`;
        reporter("envelope")({ clause: "opted-out", message: text, at: { index, frame } });
      }
    }
    optOut(direction, message);
    const step = { direction, index, frame, message };
    for (const law of running) law.see(step);
    ledger.apply(step);
  }

  return {
    violations,
    allowed,
    send: (frame) => take("send", frame),
    receive: (frame) => take("receive", frame),
    reattach() {
      for (const law of running) law.reattach?.();
    },
    disconnect() {
      envelope.disconnect();
      for (const law of running) law.disconnect?.();
      ledger.disconnect();
    },
    finish() {
      envelope.finish();
      for (const law of running) law.finish?.();
      return violations;
    },
  };
}
