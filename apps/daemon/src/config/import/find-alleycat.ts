import { readFile } from "node:fs/promises";
import { posix, win32 } from "node:path";
import type { PathSource } from "../paths.ts";
import { isErrno } from "../private-files.ts";

/** Where a build of Alleycat keeps its things. */
export interface AlleycatPlace {
  /** What its command is called. */
  readonly command: string;
  readonly configFile: string;
  readonly keyFile: string;
}

/** What a place holds; null where there is no such file. */
export interface AlleycatFiles {
  readonly place: AlleycatPlace;
  readonly config: string | null;
  readonly key: string | null;
}

/** The builds that people have: the one from npm, and the one built from source. */
const builds = [
  { command: "kittylitter", qualifier: "com", organization: "sigkitten" },
  { command: "alleycat", qualifier: "dev", organization: "Alleycat" },
] as const;

/** Where the builds of Alleycat keep their things on this system. */
export function alleycatPlaces(source: PathSource): readonly AlleycatPlace[] {
  const { platform, env, homedir } = source;
  const path = platform === "win32" ? win32 : posix;
  const folderIn = (variable: string, ...fallback: readonly string[]): string => {
    const value = env[variable] ?? "";
    return path.isAbsolute(value) ? value : path.join(homedir, ...fallback);
  };
  return builds.map(({ command, qualifier, organization }) => {
    const place = (config: string, state: string): AlleycatPlace => ({
      command,
      configFile: path.join(config, "host.toml"),
      keyFile: path.join(state, "host.key"),
    });
    if (platform === "darwin") {
      const name = `${qualifier}.${organization}.${command}`;
      const support = path.join(homedir, "Library", "Application Support", name);
      return place(support, support);
    }
    if (platform === "win32") {
      const inside = [organization, command] as const;
      return place(
        path.join(folderIn("APPDATA", "AppData", "Roaming"), ...inside, "config"),
        path.join(folderIn("LOCALAPPDATA", "AppData", "Local"), ...inside, "data"),
      );
    }
    return place(
      path.join(folderIn("XDG_CONFIG_HOME", ".config"), command),
      path.join(folderIn("XDG_STATE_HOME", ".local", "state"), command),
    );
  });
}

/** Of these places, those that hold something. Rejects when what is there cannot be read. */
export async function filesOf(places: readonly AlleycatPlace[]): Promise<readonly AlleycatFiles[]> {
  const found = await Promise.all(
    places.map(async (place) => ({
      place,
      config: await textOf(place.configFile),
      key: await textOf(place.keyFile),
    })),
  );
  return found.filter(({ config, key }) => config !== null || key !== null);
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
    throw error;
  }
}
