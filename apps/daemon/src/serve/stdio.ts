import { connectWebSocket, stdioTransport } from "@fairlead/bridge-core/transport";
import { reachAgentAlone } from "./reach-agent.ts";
import { relay } from "./relay.ts";

/** Passes the frames of stdin and stdout to an agent, until one side ends. */
export async function stdio(agent: string | undefined, dataDir: string | undefined): Promise<void> {
  const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
  await using reached = await reachAgentAlone(agent, dataDir, say);
  const transport = stdioTransport({ input: process.stdin, output: process.stdout });
  await relay(transport, await connectWebSocket(`unix://${reached.socket}`));
}
