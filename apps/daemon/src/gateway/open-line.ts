import type { FrameTransport } from "@fairlead/bridge-core/session";
import type { AgentEntry, ConnectOptions } from "../agents/agent-entry.ts";

/**
 * A connection to an agent. Rejects when the signal is aborted, also where the agent does not heed
 * it; a connection that comes after that is closed.
 */
export function openLine(entry: AgentEntry, options: ConnectOptions): Promise<FrameTransport> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    entry
      .connect(options)
      .then((transport) => {
        if (signal.aborted) transport.close();
        else resolve(transport);
      }, reject)
      .finally(() => signal.removeEventListener("abort", giveUp));
  });
}
