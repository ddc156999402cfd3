import { type FrameTransport, stdioTransport } from "@fairlead/bridge-core/peer";
import { type CodexProcess, startCodex } from "./codex-process.ts";
import { maxCodexFrameBytes } from "./frame-limit.ts";
import { OwnedTransport } from "./owned-transport.ts";
import type { SharedCommand } from "./shared-server.ts";

/** A connection with an app-server of its own, and that app-server. */
export interface StdioConnection {
  readonly transport: FrameTransport;
  readonly process: CodexProcess;
}

/** Starts an app-server for one connection; it ends with the connection. */
export async function connectOnStdio(command: SharedCommand): Promise<StdioConnection> {
  const process = await startCodex({ ...command, args: ["app-server"] });
  const inner = stdioTransport({
    input: process.output,
    output: process.input,
    maxFrameBytes: maxCodexFrameBytes,
  });
  const transport = new OwnedTransport(inner, process, () => {
    void process[Symbol.asyncDispose]();
  });
  return { transport, process };
}
