import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "../config/private-files.ts";
import type { Autostart, AutostartSource } from "./autostart.ts";
import { markOf } from "./service-spec.ts";
import { startupBytes, startupScript } from "./windows-startup.ts";

/** A script in the user's Startup folder. */
export function windowsAutostart({ spec, env, homedir, run }: AutostartSource): Autostart {
  const roaming = env["APPDATA"] || join(homedir, "AppData", "Roaming");
  const startup = ["Microsoft", "Windows", "Start Menu", "Programs", "Startup"];
  const file = join(roaming, ...startup, "Fairlead.vbs");
  const read = async (): Promise<string | null> => {
    try {
      return await readFile(file, "utf16le");
    } catch (error) {
      if (isErrno(error, "ENOENT")) return null;
      throw error;
    }
  };
  const write = async (): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, startupBytes(startupScript(spec)));
  };
  const start = async (): Promise<boolean> => (await run("wscript.exe", [file])).code === 0;
  return {
    async possible() {},
    installed: async () => ((await read()) === null ? null : `Startup folder (${file})`),
    async install() {
      await write();
      await start();
      return [`Installed ${file}. It starts when you log in.`];
    },
    async uninstall() {
      const had = (await read()) !== null;
      await rm(file, { force: true });
      return had;
    },
    async start() {
      const text = await read();
      if (text === null || !text.includes(markOf(spec))) return false;
      if (text !== `\uFEFF${startupScript(spec)}`) await write();
      return start();
    },
  };
}
