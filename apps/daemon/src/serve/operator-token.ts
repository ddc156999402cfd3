import { randomBytes } from "node:crypto";
import { messageOf } from "@fairlead/bridge-core/transport";
import { writeAtomically } from "../config/private-files.ts";
import { quarantine, readPrivateFile } from "../devices/private-file.ts";
import { digestOf, isSecret } from "../devices/secret.ts";
import type { Log } from "./log.ts";

/** The token of the operator's own WebSocket clients, kept in a file that only this user can read. */
export interface OperatorToken {
  readonly file: string;
  /** In constant time. */
  readonly matches: (given: string) => boolean;
}

/**
 * Reads the token, made at first use: 32 random bytes in hex. A file that cannot be believed is moved
 * away, warned of and replaced; when none can be written, the token is known to nobody. Never rejects.
 */
export async function operatorToken(file: string, log: Log): Promise<OperatorToken> {
  const digest = digestOf(await tokenIn(file, log));
  return { file, matches: (given) => isSecret(given, digest) };
}

async function tokenIn(file: string, log: Log): Promise<string> {
  const found = await readPrivateFile(file);
  const text = found.state === "read" ? found.text.trim() : "";
  if (/^[0-9a-f]{64}$/u.test(text)) return text;
  if (found.state !== "absent") {
    await quarantine(file);
    log("warn", `${file} held no token: it is kept as ${file}.corrupt, and another one was made`);
  }
  const token = randomBytes(32).toString("hex");
  try {
    await writeAtomically(file, `${token}\n`);
  } catch (error) {
    const reason = messageOf(error);
    log("warn", `${file} cannot be written (${reason}): no client comes in with its token`);
  }
  return token;
}
