import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { LiveContext } from "../context.ts";

const user = "opencode";
const password = "of-the-user";
const session = z.looseObject({ id: z.string(), directory: z.string() });

/** An OpenCode server that the user started, and a way to talk to it as their terminal does. */
export interface UsersServer {
  /** What makes Fairlead use it, as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The sessions of the project folder. */
  sessions(): Promise<readonly string[]>;
  /** Posts as JSON; resolves with the status. */
  post(path: string, body: unknown): Promise<number>;
}

/** Starts it in a scenario's project folder; it ends with the scenario. */
export async function usersServer(live: LiveContext): Promise<UsersServer> {
  const port = String(await freePort());
  const child = spawn(live.agent.command, ["serve", "--hostname", "127.0.0.1", "--port", port], {
    cwd: live.folder,
    env: { ...live.stage.environment(live.folder), OPENCODE_SERVER_PASSWORD: password },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  live.own({
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  });
  const url = await addressIn(child.stdout);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const folder = `directory=${encodeURIComponent(live.folder)}`;
  return {
    environment: { FAIRLEAD_OPENCODE_URL: url, OPENCODE_SERVER_PASSWORD: password },
    async sessions() {
      const response = await fetch(`${url}/session?${folder}`, { headers });
      const known = z.array(session).parse(await response.json());
      return known.filter(({ directory }) => directory === live.folder).map(({ id }) => id);
    },
    async post(path, body) {
      const request = { method: "POST", headers, body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}?${folder}`, request);
      await response.arrayBuffer();
      return response.status;
    },
  };
}

/** `--port 0` would be 4096 where that is free. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("the user's own OpenCode ended without an address");
}
