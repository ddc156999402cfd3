import type { GatewayObserver } from "../gateway/types.ts";

/** Tells each of them everything, in their order. */
export function combined(observers: readonly GatewayObserver[]): Required<GatewayObserver> {
  return {
    sessionOpened: (...told) => observers.forEach((one) => one.sessionOpened?.(...told)),
    requested: (...told) => observers.forEach((one) => one.requested?.(...told)),
    refused: (...told) => observers.forEach((one) => one.refused?.(...told)),
    answered: (...told) => observers.forEach((one) => one.answered?.(...told)),
    turnStarted: (...told) => observers.forEach((one) => one.turnStarted?.(...told)),
    firstDelta: (...told) => observers.forEach((one) => one.firstDelta?.(...told)),
    turnEnded: (...told) => observers.forEach((one) => one.turnEnded?.(...told)),
    framesDropped: (...told) => observers.forEach((one) => one.framesDropped?.(...told)),
    agentLost: (...told) => observers.forEach((one) => one.agentLost?.(...told)),
  };
}
