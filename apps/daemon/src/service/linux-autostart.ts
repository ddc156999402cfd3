import { isAbsolute, join } from "node:path";
import { CommandError } from "../control/command-error.ts";
import type { Autostart, AutostartSource } from "./autostart.ts";
import { desktopEntry } from "./desktop-entry.ts";
import { put, remove, textOf } from "./service-file.ts";
import { markOf, serviceName } from "./service-spec.ts";
import { systemdUnit } from "./systemd.ts";

const unit = `${serviceName}.service`;

/** `systemd --user` where it runs, else an autostart entry of the desktop. */
export function linuxAutostart({ spec, env, homedir, run }: AutostartSource): Autostart {
  const given = env["XDG_CONFIG_HOME"] ?? "";
  const config = isAbsolute(given) ? given : join(homedir, ".config");
  const unitFile = join(config, "systemd", "user", unit);
  const desktopFile = join(config, "autostart", `${serviceName}.desktop`);
  const systemctl = (...words: readonly string[]) => run("systemctl", ["--user", ...words]);
  const must = async (...words: readonly string[]): Promise<void> => {
    const { code, stderr } = await systemctl(...words);
    if (code === 0) return;
    const said = stderr.trim() || "it said nothing";
    throw new CommandError("failed", `\`systemctl --user ${words.join(" ")}\` failed: ${said}`);
  };
  const busAnswers = async (): Promise<boolean> => (await systemctl("show-environment")).code === 0;
  const hasDesktop = ["XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"].some(
    (name) => !["", "tty", "unspecified"].includes(env[name] ?? ""),
  );

  async function installUnit(): Promise<readonly string[]> {
    const before = await textOf(unitFile);
    try {
      await put(unitFile, systemdUnit(spec));
      await must("daemon-reload");
      await must("enable", "--now", unit);
    } catch (error) {
      if (before === null) await remove(unitFile);
      else await put(unitFile, before);
      await systemctl("daemon-reload");
      throw error;
    }
    // Two forms would start two daemons.
    await remove(desktopFile);
    return [
      `Installed ${unitFile}.`,
      "It starts when you log in. To have it run while you are logged out: `loginctl enable-linger`.",
    ];
  }

  async function installed(): Promise<string | null> {
    if ((await textOf(unitFile)) !== null) {
      const known = !(await busAnswers()) || (await systemctl("is-enabled", unit)).code === 0;
      if (known) return `systemd (${unitFile})`;
    }
    return (await textOf(desktopFile)) === null ? null : `desktop (${desktopFile})`;
  }

  return {
    installed,
    async possible() {
      if (!hasDesktop && !(await busAnswers())) throw nothingThere();
    },
    async install() {
      if (await busAnswers()) return installUnit();
      if (hasDesktop) {
        await put(desktopFile, desktopEntry(spec));
        return [`Installed ${desktopFile}. It starts when you log in to the desktop.`];
      }
      throw nothingThere();
    },
    async uninstall() {
      const hadUnit = (await textOf(unitFile)) !== null;
      if (hadUnit && (await busAnswers())) await systemctl("disable", "--now", unit);
      await remove(unitFile);
      if (hadUnit && (await busAnswers())) await systemctl("daemon-reload");
      return (await remove(desktopFile)) || hadUnit;
    },
    async start() {
      const text = await textOf(unitFile);
      if (text === null || !text.includes(markOf(spec)) || !(await busAnswers())) return false;
      const now = systemdUnit(spec);
      // Node, or this package, has moved since it was installed.
      if (text !== now) {
        await put(unitFile, now);
        await must("daemon-reload");
      }
      // It may have given up on one that could not start.
      await systemctl("reset-failed", unit);
      await must("start", unit);
      return true;
    },
  };
}

function nothingThere(): CommandError {
  return new CommandError(
    "failed",
    "There is neither `systemd --user` nor a desktop that could start Fairlead: " +
      "have your system run `fairlead serve`.",
  );
}
