import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { isErrno, requirePrivate } from "../config/private-files.ts";

/** The token of the operator's own WebSocket clients, kept in a file that only this user can read. */
export interface OperatorToken {
  readonly file: string;
  /** In constant time. */
  readonly matches: (given: string) => boolean;
}

/**
 * Reads the token, made at first use: 32 random bytes in hex. Rejects with what to do when the file
 * is open to others or holds something else.
 */
export async function operatorToken(file: string): Promise<OperatorToken> {
  const digest = digestOf(await tokenIn(file));
  return { file, matches: (given) => timingSafeEqual(digestOf(given), digest) };
}

async function tokenIn(file: string): Promise<string> {
  try {
    await using handle = await open(file, "wx", 0o600);
    const token = randomBytes(32).toString("hex");
    await handle.writeFile(`${token}\n`);
    return token;
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
  await requirePrivate(file, "600");
  const token = (await readFile(file, "utf8")).trim();
  if (/^[0-9a-f]{64}$/u.test(token)) return token;
  throw new Error(`${file} holds no token: delete it and a new one is made`);
}

/** Equal lengths, so that a comparison tells nothing. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
