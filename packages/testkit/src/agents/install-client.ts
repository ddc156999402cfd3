import { npmInstall } from "./npm-install.ts";

/** The npm clients of codex that live tests drive. */
export type ClientName = "ai-sdk-provider-codex-app-server" | "ai-sdk-provider-codex-cli";

/** What became of an installation. */
export type InstalledClient =
  | {
      readonly ok: true;
      readonly name: ClientName;
      readonly version: string;
      /** A script that runs in this folder imports the client and `ai` by their names. */
      readonly folder: string;
    }
  | { readonly ok: false; readonly reason: string };

/** Each client's version, and the `ai` of the provider specification it implements. */
const recipes: Readonly<Record<ClientName, { readonly version: string; readonly ai: string }>> = {
  "ai-sdk-provider-codex-app-server": { version: "1.1.7", ai: "6.0.322" },
  "ai-sdk-provider-codex-cli": { version: "2.2.1", ai: "7.0.173" },
};

/**
 * Installs a client together with `ai` and zod into the cache folder, without the agent binary
 * that some of them bring as an optional dependency. Never rejects: `reason` says what went wrong.
 */
export async function installClient(name: ClientName): Promise<InstalledClient> {
  const { version, ai } = recipes[name];
  try {
    const packages = [`${name}@${version}`, `ai@${ai}`, "zod@4.6.7"];
    const folder = await npmInstall(`${name}-${version}`, packages, {
      flags: ["--omit=optional"],
    });
    return { ok: true, name, version, folder };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `${name}@${version}: ${detail}` };
  }
}
