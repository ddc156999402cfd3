import { readFile, readdir, readlink, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isErrno, privateFolder } from "../config/private-files.ts";
import type { Paths } from "../config/paths.ts";
import { CommandError } from "../control/command-error.ts";
import { answers, controlSocket, isPipe } from "../control/socket-path.ts";
import { ownStart, stillRuns } from "./process-start.ts";

/** Of the daemon's places, what says whose they are. */
export type LockPlaces = Pick<Paths, "lockFile" | "pidFile" | "socket">;

/** Each round lost means that another process has won one meanwhile. */
const maxRounds = 100;

/**
 * Makes this process the one daemon of these places, until the result is disposed or the process
 * ends in any way, and writes the pid file. Of any number that try at once exactly one gets it; the
 * others reject with its pid and what to type, as does everybody while it lives. What a killed one
 * left is taken over.
 *
 * Node has no lock of the kernel's, so claims are counted: `daemon.lock.7` is a link whose target
 * is the word of the seventh claimant (a link is made with its content, or not at all). Who finds the
 * newest claimant dead may try to make the next number, which one process can. The newest link is
 * never removed, so that nobody who was slow can begin to count anew.
 */
export async function claimDaemon(places: LockPlaces): Promise<AsyncDisposable> {
  const { lockFile, pidFile } = places;
  await privateFolder(dirname(lockFile));
  const socket = controlSocket(places);
  // A pipe cannot be left behind, and only one process can make it: it is the lock.
  const release = isPipe(socket) ? await refuseSecond(places, socket) : await claim(places, socket);
  try {
    await writePid(pidFile);
  } catch (error) {
    await release();
    throw error;
  }
  let released = false;
  return {
    async [Symbol.asyncDispose]() {
      if (released) return;
      released = true;
      await unlink(pidFile).catch(() => undefined);
      await release();
    },
  };
}

/** The pid of the running daemon as its pid file tells; null = none, or it tells nothing. */
export async function pidOf({ pidFile }: Pick<Paths, "pidFile">): Promise<number | null> {
  const text = await readFile(pidFile, "utf8").catch(() => "");
  const pid = /^\d{1,10}\s*$/u.test(text) ? Number(text) : 0;
  return pid > 0 ? pid : null;
}

/**
 * The pid of the process that holds these places, also while it starts or hangs; null = nobody. On
 * Windows only the pid file can tell. Never rejects, changes nothing.
 */
export async function holderOf(places: LockPlaces): Promise<number | null> {
  if (isPipe(controlSocket(places))) return pidOf(places);
  const newest = (await numbersOf(places.lockFile).catch(() => [])).at(-1) ?? 0;
  const word = await readlink(nameOf(places.lockFile, newest)).catch(() => null);
  return word === null ? null : livingPid(word);
}

async function refuseSecond(places: LockPlaces, socket: string): Promise<() => Promise<void>> {
  if (await answers(socket)) throw alreadyRunning(await pidOf(places));
  return async () => {};
}

async function claim(places: LockPlaces, socket: string): Promise<() => Promise<void>> {
  const { lockFile } = places;
  const word = `${process.pid} ${await ownStart()}`;
  for (let round = 0; round < maxRounds; round += 1) {
    const newest = (await numbersOf(lockFile)).at(-1) ?? 0;
    const holder = newest === 0 ? null : await readlink(nameOf(lockFile, newest)).catch(() => null);
    const holderPid = holder === null ? null : await livingPid(holder);
    if (holderPid !== null) throw alreadyRunning(holderPid);
    // A daemon in a container that shares this folder has numbers of its own.
    if (await answers(socket)) throw alreadyRunning(await pidOf(places));
    const mine = newest + 1;
    if (!(await makeLink(word, nameOf(lockFile, mine)))) continue;
    const numbers = await numbersOf(lockFile);
    if (numbers.at(-1) !== mine) {
      // Slow: others have claimed, and tidied up, since the newest was read.
      await unlink(nameOf(lockFile, mine)).catch(() => undefined);
      continue;
    }
    const older = numbers.slice(0, -1).map((number) => nameOf(lockFile, number));
    await Promise.all(older.map((name) => unlink(name).catch(() => undefined)));
    return () => release(nameOf(lockFile, mine));
  }
  throw new CommandError("failed", `${lockFile} is fought over: try again`);
}

/** Whether this process made it; false = another one was faster. */
async function makeLink(word: string, path: string): Promise<boolean> {
  try {
    await symlink(word, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** Says that nobody holds it any more. If it cannot be said, the end of the process says it. */
async function release(name: string): Promise<void> {
  const free = `${name}.free`;
  try {
    await symlink("free", free);
    await rename(free, name);
  } catch {
    await unlink(free).catch(() => undefined);
  }
}

/** Oldest first. */
async function numbersOf(lockFile: string): Promise<readonly number[]> {
  const prefix = `${basename(lockFile)}.`;
  const names = await readdir(dirname(lockFile));
  return names
    .filter((name) => name.startsWith(prefix) && /^\d{1,15}$/u.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .toSorted((one, other) => one - other);
}

function nameOf(lockFile: string, number: number): string {
  return join(dirname(lockFile), `${basename(lockFile)}.${number}`);
}

/** The number of a claimant that still runs; null = it does not, or said that it is done. */
async function livingPid(word: string): Promise<number | null> {
  const [, pid = "", start = ""] = /^(\d{1,10}) (\S+)$/u.exec(word) ?? [];
  if (pid === "") return null;
  return (await stillRuns(Number(pid), start)) ? Number(pid) : null;
}

async function writePid(pidFile: string): Promise<void> {
  await unlink(pidFile).catch((error: unknown) => {
    if (!isErrno(error, "ENOENT")) throw error;
  });
  await writeFile(pidFile, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
}

function alreadyRunning(pid: number | null): CommandError {
  const who = pid === null ? "" : ` (process ${pid})`;
  return new CommandError(
    "failed",
    `Fairlead is already running${who}: use it, or stop it with \`fairlead stop\`.`,
  );
}
