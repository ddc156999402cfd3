import type { CommandAction } from "@fairlead/codex-proto";
import type { ItemDraft } from "../ops.ts";
import { shellWord } from "../turn/shell-line.ts";

/**
 * A tool that reads a file, shown as the command that would, or as the image it is; `offset` is its
 * first line, counted from 1.
 */
export function readingItem(path: string, offset?: number, limit?: number): ItemDraft {
  if (/\.(png|jpe?g|gif|webp)$/i.test(path)) return { type: "imageView", path };
  const last = limit === undefined ? "$" : (offset ?? 1) + limit - 1;
  const whole = offset === undefined && limit === undefined;
  const command = whole
    ? `cat ${shellWord(path)}`
    : `sed -n '${offset ?? 1},${last}p' ${shellWord(path)}`;
  return shown(command, { type: "read", command, name: path.split("/").at(-1) ?? path, path });
}

/**
 * A tool that searches files for a pattern, shown as the command that would. `path` and `glob` may
 * be empty.
 */
export function searchingItem(query: string, path: string, glob: string): ItemDraft {
  const only = glob === "" ? "" : ` -g ${shellWord(glob)}`;
  const command = `rg${only} ${shellWord(query)}${place(path)}`;
  return shown(command, { type: "search", command, query, path: path || null });
}

/** A tool that lists files, shown as the command that would. `path` and `glob` may be empty. */
export function listingItem(path: string, glob: string): ItemDraft {
  const command =
    glob === "" ? `ls${place(path)}` : `rg --files -g ${shellWord(glob)}${place(path)}`;
  return shown(command, { type: "listFiles", command, path: path || null });
}

function shown(command: string, action: CommandAction): ItemDraft {
  return { type: "command", command, cwd: null, actions: [action] };
}

function place(path: string): string {
  return path === "" ? "" : ` ${shellWord(path)}`;
}
