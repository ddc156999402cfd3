import { copyFile, cp, lstat, readlink, realpath, symlink } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { RpcError } from "../errors.ts";

/**
 * Copies a file, a symbolic link (as a link) or, when `isRecursive`, a folder, over existing
 * files. Rejects with the system error, or with `RpcError` for a folder that was not to be copied
 * or would be copied into itself.
 */
export async function copyPath(
  source: string,
  destination: string,
  isRecursive: boolean,
): Promise<void> {
  const kind = await lstat(source);
  if (kind.isSymbolicLink()) {
    await symlink(await readlink(source), destination);
  } else if (kind.isDirectory()) {
    if (!isRecursive) {
      throw RpcError.invalidRequest(
        "fs/copy requires recursive: true when sourcePath is a directory",
      );
    }
    await refuseCopyIntoItself(source, destination);
    await cp(source, destination, { recursive: true, verbatimSymlinks: true });
  } else if (kind.isFile()) {
    await copyFile(source, destination);
  } else {
    throw RpcError.invalidRequest(
      `fs/copy copies files, folders and links, and ${source} is none of them`,
    );
  }
}

async function refuseCopyIntoItself(source: string, destination: string): Promise<void> {
  const from = await realpath(source);
  // The destination need not exist, its folder must.
  const to = join(await realpath(dirname(destination)), basename(destination));
  if (`${to}${sep}`.startsWith(`${from}${sep}`)) {
    throw RpcError.invalidRequest(
      "fs/copy cannot copy a directory to itself or one of its descendants",
    );
  }
}
