import { createHash } from "node:crypto";
import { homedir, tmpdir, userInfo } from "node:os";
import { type PlatformPath, posix, win32 } from "node:path";

/** What the places of a daemon follow from. */
export interface PathSource {
  /** Of `--data-dir`; absent = `FAIRLEAD_HOME`, else the user's own folders. */
  readonly home?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homedir: string;
  /** The system's folder for temporary files. */
  readonly tmpdir: string;
  /** What a relative `home` is relative to. */
  readonly cwd: string;
  /** Number of the user; null where users have none. */
  readonly uid: number | null;
}

/** Where a daemon keeps things. All absolute. */
export interface Paths {
  /** Folder of {@link configFile}. */
  readonly config: string;
  /** `host.toml`. */
  readonly configFile: string;
  /** Folder of what must not be lost: the threads of agents. */
  readonly data: string;
  /** Folder of what the daemon remembers: devices, keys, sessions, what runs now. */
  readonly state: string;
  readonly logs: string;
  /** Folder of the unix sockets; null where pipes have no folder. */
  readonly sockets: string | null;
  /** Copy of the last `host.toml` that was valid. */
  readonly lastGoodConfigFile: string;
  /** Held by the one daemon that uses these places. */
  readonly lockFile: string;
  readonly pidFile: string;
  /** The secret a new device shows. */
  readonly tokenFile: string;
  /** The token of the operator's own WebSocket clients. */
  readonly operatorTokenFile: string;
  /** Key of this machine as Alleycat clients know it. */
  readonly identityFile: string;
  /** Folder of an agent's threads. */
  readonly agentData: (agent: string) => string;
  /** Private folder of a listener, for its keys. */
  readonly listenerState: (listener: string) => string;
  /**
   * Address of a unix socket, or of a named pipe on Windows. It fits the system's limit for every
   * name up to {@link maxSocketNameLength} characters.
   */
  readonly socket: (name: string) => string;
}

/** Longest name of an agent, instance included, that sockets leave room for. ASCII. */
export const maxSocketNameLength = 40;

const socketSuffix = ".sock";

/** The {@link PathSource} of this process, with the folder of `--data-dir`. */
export function ownPathSource(home: string | undefined): PathSource {
  return {
    home,
    env: process.env,
    platform: process.platform,
    homedir: homedir(),
    tmpdir: tmpdir(),
    cwd: process.cwd(),
    uid: process.platform === "win32" ? null : userInfo().uid,
  };
}

/**
 * The places of a daemon. With a folder given, everything lies in that one; else where the system
 * wants it: XDG folders on Linux, `Library` on macOS, `AppData` on Windows. Throws a sentence when
 * no folder for sockets is short enough.
 */
export function pathsOf(source: PathSource): Paths {
  const { platform, env } = source;
  const path = platform === "win32" ? win32 : posix;
  const given = source.home ?? (env["FAIRLEAD_HOME"] || undefined);
  const folders =
    given === undefined
      ? foldersOfSystem(source, path)
      : foldersIn(path.resolve(source.cwd, given));
  const { config, data, state, logs, run } = folders;
  const alleycat = path.join(state, "listeners", "alleycat");
  return {
    ...addresses(source, { state, run }, path),
    config,
    data,
    state,
    logs,
    configFile: path.join(config, "host.toml"),
    lastGoodConfigFile: path.join(state, "host.last-good.toml"),
    lockFile: path.join(state, "daemon.lock"),
    pidFile: path.join(state, "daemon.pid"),
    tokenFile: path.join(state, "token"),
    operatorTokenFile: path.join(state, "operator-token"),
    identityFile: path.join(alleycat, "host.key"),
    agentData: (agent) => path.join(data, "agents", agent),
    listenerState: (listener) => path.join(state, "listeners", listener),
  };

  function foldersIn(folder: string): Folders {
    const inside = (name: string): string => path.join(folder, name);
    const [state, logs, run] = [inside("state"), inside("logs"), inside("run")];
    return { config: folder, data: folder, state, logs, run };
  }
}

interface Folders {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly logs: string;
  /** Where sockets are if its path is short enough. */
  readonly run: string;
}

function foldersOfSystem({ platform, env, homedir }: PathSource, path: PlatformPath): Folders {
  /** A relative folder in such a variable would mean another place in every terminal. */
  const folderIn = (variable: string, ...fallback: readonly string[]): string => {
    const value = env[variable] ?? "";
    return path.isAbsolute(value) ? value : path.join(homedir, ...fallback);
  };
  if (platform === "win32") {
    const local = path.join(folderIn("LOCALAPPDATA", "AppData", "Local"), "Fairlead");
    return {
      config: path.join(folderIn("APPDATA", "AppData", "Roaming"), "Fairlead"),
      data: path.join(local, "data"),
      state: path.join(local, "state"),
      logs: path.join(local, "logs"),
      run: path.join(local, "run"),
    };
  }
  if (platform === "darwin") {
    const support = path.join(homedir, "Library", "Application Support", "Fairlead");
    return {
      config: support,
      data: support,
      state: path.join(support, "state"),
      logs: path.join(homedir, "Library", "Logs", "Fairlead"),
      run: path.join(support, "run"),
    };
  }
  const state = path.join(folderIn("XDG_STATE_HOME", ".local", "state"), "fairlead");
  return {
    config: path.join(folderIn("XDG_CONFIG_HOME", ".config"), "fairlead"),
    data: path.join(folderIn("XDG_DATA_HOME", ".local", "share"), "fairlead"),
    state,
    logs: path.join(state, "logs"),
    run: path.join(state, "run"),
  };
}

/**
 * A folder of its own comes first although the system has a folder for sockets: that one is named by a
 * variable which a service, `ssh` and `sudo` set differently, and goes away with the last login.
 */
function addresses(
  { platform, env, tmpdir, uid }: PathSource,
  { state, run }: Pick<Folders, "state" | "run">,
  path: PlatformPath,
): Pick<Paths, "sockets" | "socket"> {
  const place = platform === "win32" ? state.toLowerCase() : state;
  const hash = createHash("sha256").update(place).digest("hex").slice(0, 12);
  if (platform === "win32") {
    return { sockets: null, socket: (name) => `\\\\.\\pipe\\fairlead-${hash}-${name}` };
  }
  const runtime = env["XDG_RUNTIME_DIR"] ?? "";
  const own = `fairlead-${uid ?? 0}-${hash}`;
  const candidates = [
    run,
    ...(path.isAbsolute(runtime) ? [path.join(runtime, `fairlead-${hash}`)] : []),
    path.join(tmpdir, own),
    path.join("/tmp", own),
  ];
  // Of `sun_path`, less the zero byte that some programs want at its end.
  const limit = platform === "linux" ? 107 : 103;
  const longestName = 1 + maxSocketNameLength + socketSuffix.length;
  const sockets = candidates.find((folder) => Buffer.byteLength(folder) + longestName <= limit);
  if (sockets === undefined) {
    const tried = candidates.join(", ");
    throw new Error(
      `no folder for sockets is short enough (at most ${limit - longestName} bytes): ${tried}`,
    );
  }
  return { sockets, socket: (name) => path.join(sockets, `${name}${socketSuffix}`) };
}
