import { BridgeError, type BridgeHost, type Environment } from "@fairlead/bridge-core";
import { fieldsOf, readJson } from "@fairlead/bridge-core/parts";
import { join } from "node:path";
import { notLoggedIn } from "./failures.ts";

const usualServer = "https://ampcode.com/";

/**
 * Whether Amp has a login: a key in the environment, or one of its server's in the file where `amp
 * login` keeps it. Without one it would wait for ever for somebody to paste a code.
 */
export async function isLoggedIn(
  { files }: Pick<BridgeHost, "files">,
  environment: Environment,
): Promise<boolean> {
  if (environment["AMP_API_KEY"]) return true;
  const { HOME: home = "/", XDG_DATA_HOME: data, AMP_URL: server } = environment;
  const file = join(data || join(home, ".local/share"), "amp", "secrets.json");
  const host = (server || usualServer).replace(/\/+$/, "");
  const kept = Object.entries(fieldsOf(await readJson(files, file)));
  return kept.some(([name, key]) => {
    const [, at] = /^[^@]+@(.*?)\/*$/.exec(name) ?? [];
    return at === host && key !== "" && key !== null;
  });
}

/** Rejects where there is none. */
export async function requireLogin(
  host: Pick<BridgeHost, "files">,
  environment: Environment,
): Promise<void> {
  if (await isLoggedIn(host, environment)) return;
  throw new BridgeError("unauthenticated", notLoggedIn);
}
