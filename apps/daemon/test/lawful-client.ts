import type { FrameTransport } from "@fairlead/bridge-core";
import { CodexClient, type Decision } from "@fairlead/client";
import { createLawChecker } from "@fairlead/conformance/laws";
import { expect } from "vitest";

/** A client all of whose frames are held to the laws of the wire when it is disposed. */
export async function lawfulClient(
  target: FrameTransport | string,
  token?: string,
): Promise<{ readonly client: CodexClient } & AsyncDisposable> {
  const checker = createLawChecker({ errorCodes: true });
  const client = await CodexClient.connect(target, {
    clientInfo: { name: "test", version: "0" },
    validate: true,
    ...(token !== undefined && { token }),
    onFrame(direction, frame) {
      if (direction === "send") checker.send(frame);
      else checker.receive(frame);
    },
  });
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      expect(checker.finish()).toEqual([]);
    },
  };
}

/** Has the agent run a command in a new thread and tells how the turn went and what was printed. */
export async function runCommand(
  client: CodexClient,
  command: string,
  decision: Decision,
): Promise<{ readonly status: string; readonly output: string | null }> {
  const { thread } = await client.request("thread/start", {});
  const { turn, items } = await client.runTurn({
    threadId: thread.id,
    input: `run: ${command}`,
    onApproval: () => decision,
  });
  const item = items.find(({ type }) => type === "commandExecution");
  const output = item?.type === "commandExecution" ? item.aggregatedOutput : null;
  return { status: turn.status, output };
}
