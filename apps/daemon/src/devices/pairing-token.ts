import { randomBytes } from "node:crypto";
import { writeAtomically } from "../config/private-files.ts";
import { type CodeParts, tokenProof } from "./pairing-code.ts";
import { quarantine, readPrivateFile } from "./private-file.ts";
import { digestOf, fingerprintOf, isSecret } from "./secret.ts";

/** What a pairing token needs. */
export interface PairingTokenOptions {
  /** File of its own, in a folder of this user alone. */
  readonly file: string;
  /** The token written in `host.toml`; null = it is kept in the file. */
  readonly configured: string | null;
  /** Writes another token into `host.toml`. Called by {@link PairingToken.rotate} when it is kept there. */
  readonly writeConfigured: (token: string) => Promise<void>;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/** The secret a new device shows: 32 random bytes in hex, unless the operator wrote another one. */
export class PairingToken {
  readonly #options: PairingTokenOptions;
  #token: string;
  #digest: Buffer;
  #inConfig: boolean;

  private constructor(options: PairingTokenOptions, token: string, inConfig: boolean) {
    this.#options = options;
    this.#token = token;
    this.#digest = digestOf(token);
    this.#inConfig = inConfig;
  }

  /**
   * Reads the token, or makes one at first use. A file that cannot be believed is moved away, warned
   * of and replaced; when no file can be written, the token lasts until the daemon ends. Never rejects.
   */
  static async open(options: PairingTokenOptions): Promise<PairingToken> {
    const { configured } = options;
    const token = configured ?? (await keptToken(options));
    return new PairingToken(options, token, configured !== null);
  }

  /** The secret itself. For pairing payloads only, never for logs. */
  get current(): string {
    return this.#token;
  }

  /** What people may see of it. */
  get fingerprint(): string {
    return fingerprintOf(this.#token);
  }

  /** In constant time. */
  matches(given: string): boolean {
    return isSecret(given, this.#digest);
  }

  /** Whether a device proves, in one pairing, to know it: see `tokenProof`. In constant time. */
  isProof(proof: string, parts: CodeParts): boolean {
    return isSecret(proof, digestOf(tokenProof(this.#token, parts)));
  }

  /** Makes another token, which holds once it is written. Rejects with a sentence when it cannot be. */
  async rotate(): Promise<void> {
    const token = randomBytes(32).toString("hex");
    if (this.#inConfig) await this.#options.writeConfigured(token);
    else await writeAtomically(this.#options.file, `${token}\n`);
    this.#use(token);
  }

  /** Takes over what `host.toml` says now. True when that is another token. Never rejects. */
  async configure(configured: string | null): Promise<boolean> {
    const token = configured ?? (await keptToken(this.#options));
    this.#inConfig = configured !== null;
    if (this.matches(token)) return false;
    this.#use(token);
    return true;
  }

  #use(token: string): void {
    this.#token = token;
    this.#digest = digestOf(token);
  }
}

async function keptToken({ file, log }: PairingTokenOptions): Promise<string> {
  const found = await readPrivateFile(file);
  const text = found.state === "read" ? found.text.trim() : "";
  if (/^[0-9a-f]{64}$/u.test(text)) return text;
  if (found.state !== "absent") {
    const reason = found.state === "read" ? `${file} holds no token` : found.reason;
    await quarantine(file);
    log(
      "warn",
      `${reason}. It is kept as ${file}.corrupt; a new token was made, pair devices again`,
    );
  }
  const token = randomBytes(32).toString("hex");
  try {
    await writeAtomically(file, `${token}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown error";
    log(
      "warn",
      `${file} cannot be written (${reason}): the pairing token holds until the daemon ends`,
    );
  }
  return token;
}
