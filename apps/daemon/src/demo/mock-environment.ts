import { mkdir } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { EnvironmentResolver } from "@fairlead/bridge-core";

/** Real agents that talk to a scripted model on this machine. Dispose stops the model. */
export interface MockedAgents extends AsyncDisposable {
  readonly environment: EnvironmentResolver;
}

/**
 * Installs the pinned real agent and starts the scripted model it shall use instead of its own.
 * Rejects with what is missing: both belong to Fairlead's repository and are not published.
 */
export async function mockAgents(
  names: readonly string[],
  home: string,
  base: EnvironmentResolver,
): Promise<MockedAgents> {
  const real = names.filter((name) => name !== "demo");
  for (const name of real) {
    if (name !== "claude") throw new Error(`there is no scripted model for ${name}`);
  }
  const kit = await import("@fairlead/testkit").catch((cause: unknown) => {
    const hint = "run `npx -y pnpm@10.34.9 demo --mock` in a clone of the repository";
    throw new Error(`--mock needs Fairlead's own test kit: ${hint}`, { cause });
  });
  if (real.length === 0) return { environment: base, async [Symbol.asyncDispose]() {} };
  const claude = await kit.installAgent("claude");
  if (!claude.ok) throw new Error(`the real claude cannot be installed: ${claude.reason}`);
  const agentHome = join(home, "agent-home");
  await mkdir(agentHome);
  const model = await kit.startMockLlm();
  const mocked = kit.claudeEnvironment({ home: agentHome, mockUrl: model.url });
  return {
    async environment(cwd) {
      const own = await base(cwd);
      const path = `${dirname(claude.command)}${delimiter}${own["PATH"] ?? ""}`;
      return { ...own, ...mocked, PATH: path };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
