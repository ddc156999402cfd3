import { AttemptLimit } from "../devices/attempt-limit.ts";
import { type Clock, systemClock } from "../devices/clock.ts";
import type { DeviceEvent } from "../devices/device-event.ts";
import type { Device } from "../devices/device.ts";
import { includesRole } from "../devices/method-roles.ts";
import type { Principal } from "../devices/principal.ts";
import type { GatewayObserver } from "../gateway/types.ts";
import type { AuditEvent } from "./audit-chain.ts";
import type { AuditLog } from "./audit-log.ts";
import { redacted } from "./redact.ts";

/**
 * Methods whose detail is a command line, a path or the name of a setting, which is what an operator
 * wants to find later. That of others may be the words of a user: those are never written.
 */
const detailed =
  /^(?:command\/exec|process\/spawn|thread\/shellCommand|thread\/start|shell\/spawn|config\/value\/write|fs\/\w+)$/u;

const maxIdLength = 200;

/**
 * Events of one kind that one device below `drive` gets into the log within a minute. With that role
 * it could as well delete the log; the others shall not push out of it what they did. Answers are
 * always in it: there are no more of them than questions.
 */
const maxPerMinute = 120;

/** Writes what clients do into the log. Its methods never throw. */
export function auditGateway(log: AuditLog, clock: Clock = systemClock): GatewayObserver {
  const minute = new AttemptLimit(clock, {
    perOrigin: maxPerMinute,
    overall: Number.POSITIVE_INFINITY,
    windowMs: 60_000,
  });
  const add = (principal: Principal, event: AuditEvent): void => {
    const kind = `${principal.id} ${event.event}`;
    const isBounded = !includesRole(principal.role, "drive");
    if (isBounded && minute.reached(kind)) return;
    log.add(event);
    if (!isBounded) return;
    minute.count(kind);
    const { device } = event;
    if (minute.reached(kind)) log.add({ event: `${event.event}: more are left out`, device });
  };
  return {
    sessionOpened(principal, endpoint, attached) {
      add(principal, { event: "session opened", ...who(principal), endpoint, attached });
    },
    requested(principal, { agent, method, threadId: thread, detail }) {
      const threadId = thread === null ? null : identifier(thread);
      const shown = detail !== null && detailed.test(method) ? { detail: redacted(detail) } : {};
      add(principal, { event: "requested", ...who(principal), agent, method, threadId, ...shown });
    },
    refused(principal, method, reason) {
      add(principal, {
        event: "refused",
        ...who(principal),
        method: redacted(method),
        reason: redacted(reason),
      });
    },
    answered(principal, { agent, method, threadId, requestId, decision, detail = null }) {
      const answer = { agent, method, threadId, requestId, decision: redacted(decision) };
      const shown = detail === null ? {} : { detail: redacted(detail) };
      log.add({ event: "answered", ...who(principal), ...answer, ...shown });
    },
    turnStarted({ agent, threadId, turnId }) {
      log.add({ event: "turn started", device: null, agent, threadId, turnId });
    },
    turnEnded({ agent, threadId, turnId }, status) {
      log.add({ event: "turn ended", device: null, agent, threadId, turnId, status });
    },
    agentLost(agent, reason) {
      log.add({ event: "agent lost", device: null, agent, reason: redacted(reason) });
    },
  };
}

/** An id as a client gave it. Ours and those of agents are shorter. */
function identifier(text: string): string {
  return text.length <= maxIdLength ? text : `${text.slice(0, maxIdLength)}…`;
}

/** Writes what happens to devices into the log. Never throws. */
export function auditDevices(log: AuditLog): (event: DeviceEvent) => void {
  return (event) => log.add(lineOf(event));
}

function lineOf(event: DeviceEvent): AuditEvent {
  switch (event.kind) {
    case "asked":
    case "declined":
      return { event: `device ${event.kind}`, device: event.label, origin: redacted(event.origin) };
    case "paired":
    case "paired again": {
      const { pairedBy } = event.device;
      return {
        event: `device ${event.kind}`,
        ...of(event.device),
        origin: redacted(event.origin),
        pairedBy,
      };
    }
    case "refused":
      return {
        event: "connection refused",
        device: null,
        origin: redacted(event.origin),
        reason: event.reason,
      };
    case "revoked":
      return { event: "device revoked", ...of(event.device) };
    case "renamed":
    case "role changed":
      return { event: `device ${event.kind}`, ...of(event.device), before: event.before };
    case "pairing opened":
      return { event: "pairing opened", device: null, role: event.role };
    case "token rotated":
      return { event: "pairing token rotated", device: null, fingerprint: event.fingerprint };
  }
}

function who({ id, name, role }: Principal): { device: string; deviceId: string; role: string } {
  return { device: name, deviceId: id, role };
}

function of({ id, name, role, identity }: Device): { device: string; [detail: string]: unknown } {
  return { device: name, deviceId: id, role, kind: identity.kind };
}
