import { mkdir, lstat, open, readdir, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClientMethod, ClientRequests } from "@fairlead/codex-proto";
import { RpcError, rpcCode } from "../errors.ts";
import type { Handlers } from "../methods/handler.ts";
import { requireAbsolute } from "./absolute-path.ts";
import { decodeBase64 } from "./base64.ts";
import { copyPath } from "./copy-path.ts";
import { hasErrorCode, osErrorText } from "./os-error.ts";

type Params<M extends ClientMethod> = ClientRequests[M]["params"];
type Result<M extends ClientMethod> = ClientRequests[M]["result"];

/** Largest file `fs/readFile` answers with. */
export const maxReadBytes: number = 20 * 1024 * 1024;

/**
 * `fs/readFile`, `/writeFile`, `/createDirectory`, `/getMetadata`, `/readDirectory`, `/remove` and
 * `/copy`, with the user's rights. Paths are absolute. A failed system call is a −32603 in codex's
 * words, followed by the path.
 */
export function fsMethods(): Handlers {
  return {
    "fs/readFile": ({ path }) => onPath(path, readWhole),
    "fs/writeFile": (params) => onPath(params.path, (path) => write(path, params)),
    "fs/createDirectory": (params) => onPath(params.path, (path) => createFolder(path, params)),
    "fs/getMetadata": ({ path }) => onPath(path, metadata),
    "fs/readDirectory": ({ path }) => onPath(path, listFolder),
    "fs/remove": (params) => onPath(params.path, (path) => remove(path, params)),
    "fs/copy": async ({ sourcePath, destinationPath, recursive }) => {
      const source = requireAbsolute("sourcePath", sourcePath);
      const destination = requireAbsolute("destinationPath", destinationPath);
      await reportFailure(source, () => copyPath(source, destination, recursive === true));
      return {};
    },
  };
}

async function onPath<T>(path: string, act: (path: string) => Promise<T>): Promise<T> {
  const absolute = requireAbsolute("path", path);
  return reportFailure(absolute, () => act(absolute));
}

async function reportFailure<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RpcError) throw error;
    throw new RpcError(rpcCode.internalError, `${osErrorText(error)}: ${path}`);
  }
}

async function readWhole(path: string): Promise<Result<"fs/readFile">> {
  // Opening a pipe would wait for a writer, so look first.
  if (!(await stat(path)).isFile()) {
    throw RpcError.invalidRequest(`path \`${path}\` is not a file`);
  }
  await using file = await open(path);
  const { size } = await file.stat();
  if (size > maxReadBytes) {
    throw RpcError.invalidRequest(
      `${path} has ${size} bytes, and fs/readFile answers with at most ${maxReadBytes}; ` +
        "read a part of it with command/exec",
    );
  }
  return { dataBase64: (await file.readFile()).toString("base64") };
}

async function write(path: string, params: Params<"fs/writeFile">): Promise<Record<string, never>> {
  const bytes = decodeBase64(params.dataBase64);
  if (bytes === null) {
    throw RpcError.invalidRequest("fs/writeFile requires valid base64 dataBase64");
  }
  await writeFile(path, bytes);
  return {};
}

async function createFolder(
  path: string,
  params: Params<"fs/createDirectory">,
): Promise<Record<string, never>> {
  await mkdir(path, { recursive: params.recursive ?? true });
  return {};
}

async function metadata(path: string): Promise<Result<"fs/getMetadata">> {
  const [own, target] = await Promise.all([lstat(path), stat(path)]);
  return {
    isDirectory: target.isDirectory(),
    isFile: target.isFile(),
    isSymlink: own.isSymbolicLink(),
    createdAtMs: Math.floor(target.birthtimeMs),
    modifiedAtMs: Math.floor(target.mtimeMs),
  };
}

async function listFolder(path: string): Promise<Result<"fs/readDirectory">> {
  const entries = await Promise.all(
    (await readdir(path, { withFileTypes: true })).map(async (entry) => {
      // A link is shown as what it leads to; a broken one not at all, as codex does.
      const kind = entry.isSymbolicLink()
        ? await stat(join(path, entry.name)).catch(() => null)
        : entry;
      if (kind === null) return [];
      return [{ fileName: entry.name, isDirectory: kind.isDirectory(), isFile: kind.isFile() }];
    }),
  );
  return { entries: entries.flat() };
}

async function remove(path: string, params: Params<"fs/remove">): Promise<Record<string, never>> {
  const isForced = params.force ?? true;
  const isRecursive = params.recursive ?? true;
  try {
    const isFolder = (await lstat(path)).isDirectory();
    if (isFolder && !isRecursive) await rmdir(path);
    else await rm(path, { recursive: isFolder });
  } catch (error) {
    if (!isForced || !hasErrorCode(error, "ENOENT")) throw error;
  }
  return {};
}
