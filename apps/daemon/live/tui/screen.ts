import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Between two looks at the screen. */
const lookEveryMs = 100;

/** codex takes an Enter that follows text sooner than this for a line break of a pasted text. */
const pastePauseMs = 500;

/**
 * How many looks a key has time to work before it is pressed again: codex ignores keys right after
 * a question.
 */
const looksPerPress = 30;

/** What runs on a screen. */
export interface ScreenOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The program's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Name of the screen's own tmux server. */
  readonly name: string;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/** Names of keys as tmux has them. */
export type Key = "Enter" | "Escape" | "Down" | "Right" | "F2" | "a" | "d" | "s" | "y" | "4";

/**
 * A terminal of 120 × 50 in which one program runs, operated like a person would. Dispose ends the
 * program.
 */
export class Screen implements AsyncDisposable {
  readonly #options: ScreenOptions;

  private constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /** Starts the program. Rejects when tmux does. */
  static async open(options: ScreenOptions): Promise<Screen> {
    const screen = new Screen(options);
    const { argv, cwd } = options;
    await screen.#tmux([
      ...["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";"],
      ...["new-session", "-d", "-s", "screen", "-x", "120", "-y", "50", "-c", cwd, "--", ...argv],
    ]);
    return screen;
  }

  /** What a person sees now. */
  async text(): Promise<string> {
    return (await this.#tmux(["capture-pane", "-p", "-t", "screen"])).trimEnd();
  }

  /**
   * Waits until the screen shows something and returns it. Rejects with the screen when the signal
   * comes first.
   */
  shows(wanted: string | RegExp): Promise<string> {
    const isThere = (text: string): boolean =>
      typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
    return this.#until(isThere, `showed ${String(wanted)}`);
  }

  /** Waits until the screen shows something no more. */
  async hides(unwanted: RegExp): Promise<void> {
    await this.#until((text) => !unwanted.test(text), `hid ${String(unwanted)}`);
  }

  async #until(isSo: (text: string) => boolean | Promise<boolean>, what: string): Promise<string> {
    for (;;) {
      const text = await this.text();
      if (await isSo(text)) return text;
      if (this.#options.signal.aborted) {
        throw new Error(`the screen never ${what}:\n${text}`);
      }
      // A screen tells nobody that it has changed.
      await sleep(lookEveryMs);
    }
  }

  /** Presses a key. */
  async press(key: Key): Promise<void> {
    await this.#tmux(["send-keys", "-t", "screen", key]);
  }

  /** Presses a key, again and again if need be, until the screen shows something no more. */
  async dismiss(key: Key, unwanted: RegExp): Promise<void> {
    let looks = 0;
    await this.#until(
      async (text) => {
        if (!unwanted.test(text)) return true;
        if (looks % looksPerPress === 0) await this.press(key);
        looks += 1;
        return false;
      },
      `hid ${String(unwanted)}`,
    );
  }

  /**
   * Types a line and presses Enter. codex takes a question mark that is typed as fast as this for
   * its help key.
   */
  async type(text: string): Promise<void> {
    await this.#tmux(["send-keys", "-t", "screen", "-l", "--", text]);
    const typed = squeezed(text.replace(/^!/, ""));
    await this.#until((shown) => squeezed(shown).includes(typed), `took ${text}`);
    await sleep(pastePauseMs);
    await this.press("Enter");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]).catch(() => {});
  }

  async #tmux(command: readonly string[]): Promise<string> {
    const { env, name } = this.#options;
    const { stdout } = await run("tmux", ["-u", "-L", name, "-f", "/dev/null", ...command], {
      env,
    });
    return stdout;
  }
}

/** Without the places where the screen breaks lines. */
function squeezed(text: string): string {
  return text.replaceAll(/\s/g, "");
}

/** Why no screen can be had; null = it can. */
export async function screenMissing(): Promise<string | null> {
  try {
    await run("tmux", ["-V"]);
    return null;
  } catch {
    return "tmux is not installed";
  }
}
