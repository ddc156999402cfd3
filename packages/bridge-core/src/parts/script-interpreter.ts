import { dirname, join } from "node:path";
import type { BridgeHost } from "../adapter.ts";

/**
 * The interpreter that runs an installed script, for agents some of whose parts can only be had
 * through it: the one its first line names, or that beside it. `file` is a path, or a name to look
 * up on `path`. Null when there is no such script, or no telling.
 */
export async function interpreterOf(
  files: BridgeHost["files"],
  {
    file,
    path,
    interpreter,
  }: { readonly file: string; readonly path: string; readonly interpreter: string },
): Promise<string | null> {
  const folders = path.split(":").filter(Boolean);
  const places = file.includes("/") ? [file] : folders.map((folder) => join(folder, file));
  for (const place of places) {
    const head = await headOf(files, place);
    if (head === null) continue;
    const named = namedIn(head, interpreter);
    if (named !== null) return named;
    const beside = join(dirname(place), interpreter);
    return (await headOf(files, beside)) === null ? null : beside;
  }
  return null;
}

/** `#!/PATH`, or where that is too long `#!/bin/sh` and `'''exec' "/PATH"`, or a launcher's `exec /PATH/bin/…`. */
function namedIn(head: string, interpreter: string): string | null {
  const [, direct] = /^#!\s*(\/\S+)\s*$/m.exec(head) ?? [];
  if (direct !== undefined && direct.includes(`/${interpreter}`)) return direct;
  const [, quoted, word] = /^'''exec' (?:"([^"]+)"|(\S+))/m.exec(head) ?? [];
  const [, folder] = /^\s*exec\s+"?([^\s"]+\/bin)\/[\w-]+"?\s/m.exec(head) ?? [];
  return quoted ?? word ?? (folder === undefined ? null : `${folder}/${interpreter}`);
}

async function headOf(files: BridgeHost["files"], file: string): Promise<string | null> {
  const { signal } = new AbortController();
  try {
    for await (const chunk of files.read(file, { signal })) {
      return Buffer.from(chunk).toString("latin1", 0, 2048);
    }
    return "";
  } catch {
    return null;
  }
}
