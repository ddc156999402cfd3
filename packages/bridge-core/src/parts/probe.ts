import type { AgentStatus, BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { printedBy } from "./files.ts";

const probeMs = 4500;

/** What a program is probed with. */
export interface Probing {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Aborts when the probe takes too long. */
  readonly signal: AbortSignal;
  /** What the program prints, called so. */
  readonly print: (file: string, ...args: readonly string[]) => Promise<string>;
}

/** `BridgeAdapter.probe` by a look at the agent's program: what the look throws is why it cannot be used. */
export async function probed(
  host: BridgeHost,
  { notInstalled, signal: asked }: { readonly notInstalled: string; readonly signal: AbortSignal },
  look: (probing: Probing) => Promise<AgentStatus>,
): Promise<AgentStatus> {
  try {
    const environment = await host.environment(null);
    const signal = AbortSignal.any([asked, AbortSignal.timeout(probeMs)]);
    const cwd = environment["HOME"] ?? "/";
    const print: Probing["print"] = (file, ...args) => printedBy(host, { file, args, cwd }, signal);
    return await look({ environment, cwd, signal, print });
  } catch (error) {
    const missing = BridgeError.is(error) && error.kind === "not-installed";
    const detail = missing ? notInstalled : messageOf(error);
    return { available: false, reason: missing ? error.kind : "error", detail, login: null };
  }
}

/** An agent that can be used, of the version in what it printed. */
export function usable(printed: string): AgentStatus {
  return { available: true, version: /\d+\.\d+\.\d+\S*/.exec(printed)?.[0] ?? null };
}

/** One that waits for a login. */
export function loggedOut(detail: string, login: readonly string[]): AgentStatus {
  return {
    available: false,
    reason: "unauthenticated",
    detail: `${detail}: run \`${login.join(" ")}\``,
    login,
  };
}
