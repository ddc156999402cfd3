/** How an app-server of this codex can be reached, best first. */
export type Listening = "unix" | "websocket" | "stdio";

/** What `codex app-server --help` says that this codex can do. */
export interface AppServerSupport {
  readonly listening: Listening;
  /** Why not the better ways, for the log; null when it is the best one. */
  readonly because: string | null;
}

/**
 * Reads the help of `codex app-server`. A WebSocket anybody on the machine could connect to is not
 * an option: without a token the app-server is spoken to on stdio.
 */
export function readSupport(help: string, platform: NodeJS.Platform): AppServerSupport {
  if (!help.includes("--listen")) {
    return { listening: "stdio", because: "this codex has no `app-server --listen`" };
  }
  if (help.includes("unix://PATH") && platform !== "win32") {
    return { listening: "unix", because: null };
  }
  const why = platform === "win32" ? "Windows has no unix sockets" : "it has no `--listen unix://`";
  if (!help.includes("ws://")) return { listening: "stdio", because: why };
  return help.includes("--ws-token-sha256") && help.includes("capability-token")
    ? { listening: "websocket", because: why }
    : { listening: "stdio", because: `${why}, and its WebSocket takes no token` };
}
