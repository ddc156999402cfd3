import type { AgentThread, BridgeCapabilities, McpServer, OpenThread } from "../adapter.ts";
import { bridgeSettings } from "../threads/meta.ts";
import { transcriptText } from "../threads/transcript-text.ts";
import { serveClientTools } from "./client-tools.ts";
import type { LiveThread } from "./live-thread.ts";
import type { ThreadServices } from "./services.ts";
import { titleAgent } from "./title-agent.ts";

/** Opens a thread's agent: new, resumed, or told the story so far when it can do neither. */
export async function openAgent(
  services: ThreadServices,
  thread: LiveThread,
  signal: AbortSignal,
): Promise<AgentThread> {
  const { meta, turns } = thread.wire;
  if (meta.ephemeral && meta.threadSource === "thread_title") return titleAgent();
  const { adapter } = services;
  const { dynamicTools } = meta;
  const server =
    dynamicTools.length === 0 ? null : await serveClientTools(services, thread, dynamicTools);
  const ours: readonly McpServer[] = server === null ? [] : [server.mcpServer];
  const from = meta.from ?? plainResume(meta.nativeId);
  const spec: OpenThread = {
    threadId: meta.id,
    cwd: meta.cwd,
    settings: bridgeSettings(meta),
    instructions: meta.instructions,
    mcpServers: [...meta.mcpServers, ...ours],
    from: from !== null && reaches(adapter.capabilities.from, from) ? from : null,
  };
  try {
    const agent = await adapter.openThread(spec, { signal });
    const story = spec.from === null ? transcriptText(turns) : null;
    return withEnding(story === null ? agent : withStory(agent, story), server);
  } catch (error) {
    await server?.[Symbol.asyncDispose]();
    throw error;
  }
}

function plainResume(nativeId: string | null): OpenThread["from"] {
  return nativeId === null ? null : { nativeId, fork: false, before: null };
}

const reach = ["none", "resume", "forkAtEnd", "forkAtTurn"] as const;

/** Whether the agent can start from there itself; else it is told the story. */
function reaches(
  able: BridgeCapabilities["from"],
  { fork, before }: NonNullable<OpenThread["from"]>,
): boolean {
  const needed = before !== null ? "forkAtTurn" : fork ? "forkAtEnd" : "resume";
  return reach.indexOf(able) >= reach.indexOf(needed);
}

/** Puts the story so far in front of the first prompt. */
function withStory(agent: AgentThread, story: string): AgentThread {
  let told = false;
  return override(agent, {
    async prompt(turn) {
      const input = told
        ? turn.input
        : [{ type: "text" as const, text: story, text_elements: [] }, ...turn.input];
      await agent.prompt({ ...turn, input });
      told = true;
    },
  });
}

function withEnding(agent: AgentThread, owned: AsyncDisposable | null): AgentThread {
  if (owned === null) return agent;
  return override(agent, {
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await owned[Symbol.asyncDispose]();
    },
  });
}

function override(agent: AgentThread, change: Partial<AgentThread>): AgentThread {
  return {
    nativeId: agent.nativeId,
    ops: agent.ops,
    prompt: (turn) => agent.prompt(turn),
    interrupt: () => agent.interrupt(),
    answer: (ask, answer) => agent.answer(ask, answer),
    ...(agent.steer !== undefined && {
      steer: async (input, id) => agent.steer?.(input, id),
    }),
    ...(agent.compact !== undefined && { compact: async () => agent.compact?.() }),
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
    ...change,
  };
}
