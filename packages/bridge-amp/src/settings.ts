import { BridgeError, type BridgeHost, type Environment } from "@fairlead/bridge-core";
import { fieldsOf, isFields, listOf, readText, type Fields } from "@fairlead/bridge-core/parts";
import { join } from "node:path";

/**
 * The user's settings of Amp's, with our rules: what they reject stays rejected, for all else a
 * program of ours is asked, that says no unless our plugin runs. The plugin is the one that asks the
 * user; this holds where it does not run.
 *
 * @param permission The program.
 */
export function settingsWith(users: Fields, permission: string): Fields {
  const rejected = listOf(users["amp.permissions"]).filter(({ action }) => action === "reject");
  return {
    ...users,
    "amp.dangerouslyAllowAll": false,
    "amp.permissions": [...rejected, { tool: "*", action: "delegate", to: permission }],
  };
}

/** The user's own settings; none where there is no file. Rejects, naming it, where it is no JSON. */
export async function usersSettings(
  { files }: Pick<BridgeHost, "files">,
  environment: Environment,
): Promise<Fields> {
  const { HOME: home = "/", XDG_CONFIG_HOME: config, AMP_SETTINGS_FILE: named } = environment;
  const folder = join(config || join(home, ".config"), "amp");
  const usual = ["settings.json", "settings.jsonc"].map((name) => join(folder, name));
  for (const file of named ? [named] : usual) {
    const text = await readText(files, file);
    if (text !== null) return parsed(file, text);
  }
  return {};
}

function parsed(file: string, text: string): Fields {
  try {
    const settings: unknown = JSON.parse(withoutComments(text) || "{}");
    if (isFields(settings)) return fieldsOf(settings);
  } catch (cause) {
    throw new BridgeError("bad-request", `${file} is no JSON: correct it`, { cause });
  }
  throw new BridgeError("bad-request", `${file} holds no settings: correct it`);
}

/** JSON with comments and trailing commas, without them. */
function withoutComments(text: string): string {
  const bare = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1");
  return bare.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, "$1").trim();
}
