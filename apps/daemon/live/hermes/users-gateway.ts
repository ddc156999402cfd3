import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { hermesEnvironment } from "@fairlead/testkit";
import type { Environment } from "../agent/live-agent.ts";
import type { LiveContext } from "../context.ts";

/** It says nowhere that it listens. */
const askAgainAfterMs = 100;

/** The home of a scenario's gateway: where it works, for its settings name no other folder. */
export function gatewayHome(live: LiveContext): string {
  return `${live.folder}-gateway`;
}

/**
 * `hermes gateway run` with its API, which the user started in the project folder; it ends with the scenario. Resolves,
 * once it answers, with what makes Fairlead use it.
 */
export async function usersGateway(live: LiveContext): Promise<Environment> {
  const port = String(await freePort());
  const api = { API_SERVER_PORT: port, API_SERVER_KEY: "of-the-user-0123456789abcdef" };
  // A home has one gateway at most: each scenario's has its own.
  const home = gatewayHome(live);
  await mkdir(home);
  const child = spawn(live.agent.command, ["gateway", "run"], {
    cwd: live.folder,
    env: {
      ...live.stage.environment(live.folder),
      ...(await hermesEnvironment({ home, mockUrl: live.mock.url })),
      ...api,
      API_SERVER_ENABLED: "true",
      API_SERVER_HOST: "127.0.0.1",
    },
    stdio: "ignore",
  });
  const closed = once(child, "close");
  live.own({
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  });
  while (!(await answers(`http://127.0.0.1:${port}/health`))) {
    if (child.exitCode !== null) throw new Error(`hermes gateway run ended with ${child.exitCode}`);
    await sleep(askAgainAfterMs);
  }
  return { ...api, FAIRLEAD_HERMES_MODE: "api" };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
