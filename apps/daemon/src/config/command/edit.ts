import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { CommandError } from "../../control/command-error.ts";
import { invalid } from "../change.ts";
import { ensureConfigFile, readConfigText } from "../load.ts";
import { writeAtomically } from "../private-files.ts";
import { readConfig } from "../read.ts";
import { remarkLine } from "../remark.ts";
import { type ConfigCommandOptions, draftFolder, placeOf, takeOver } from "./place.ts";

/**
 * `fairlead config edit`: opens a draft, and takes it over when it is valid. The file itself is
 * valid at every moment, whatever the editor does.
 */
export async function editConfig(options: ConfigCommandOptions): Promise<void> {
  const { paths, read } = placeOf(options);
  const { configFile } = paths;
  await ensureConfigFile(paths, read.agents);
  const before = await readConfigText(configFile);
  const draft = join(await draftFolder(paths), `host.edit-${randomBytes(4).toString("hex")}.toml`);
  await writeFile(draft, before, { flag: "wx", mode: 0o600 });
  let keep = false;
  try {
    for (;;) {
      await openEditor(draft);
      const text = await readConfigText(draft);
      const reading = readConfig(text, read);
      if (reading.ok) {
        if (text === before) return void process.stdout.write("Nothing was changed.\n");
        if ((await readConfigText(configFile)) !== before) {
          keep = true;
          const rule = `your version is ${draft}`;
          throw new CommandError("failed", `${configFile} was changed meanwhile: ${rule}.`);
        }
        await writeAtomically(configFile, text);
        for (const warning of reading.warnings) {
          process.stderr.write(`${remarkLine(configFile, warning)}\n`);
        }
        return await takeOver(paths);
      }
      const problem = invalid(configFile, reading.problems, "That is not valid");
      if (!(await wantsToEditAgain(problem.message))) {
        throw invalid(configFile, reading.problems, `${configFile} is as it was. Not valid was`);
      }
    }
  } finally {
    if (!keep) await rm(draft, { force: true });
  }
}

async function wantsToEditAgain(problem: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  process.stderr.write(`${problem}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question("Edit again? [Y/n] ");
    return !/^\s*n/iu.test(answer);
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}

/** Resolves when the editor has ended well. */
async function openEditor(file: string): Promise<void> {
  const { VISUAL, EDITOR } = process.env;
  const fallback = process.platform === "win32" ? "notepad" : "vi";
  const [program = fallback, ...words] = wordsOf(VISUAL?.trim() || EDITOR?.trim() || fallback);
  // Ctrl-C is for the editor: it has the terminal.
  const ignore = (): void => {};
  process.on("SIGINT", ignore);
  try {
    await new Promise<void>((resolve, reject) => {
      const hint = "set EDITOR to one that works";
      const child = spawn(program, [...words, file], { stdio: "inherit" });
      child.once("error", ({ message }) => {
        reject(
          new CommandError("failed", `The editor ${program} did not start (${message}): ${hint}.`),
        );
      });
      child.once("exit", (code, signal) => {
        if (code === 0) resolve();
        else {
          const end = code === null ? `signal ${String(signal)}` : `exit code ${code}`;
          reject(
            new CommandError(
              "failed",
              `The editor ${program} ended with ${end}: nothing was changed.`,
            ),
          );
        }
      });
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}

/** The words of a command line. Quotes hold words together; nothing else has a meaning. */
export function wordsOf(line: string): readonly string[] {
  const words = line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/gu);
  return [...words].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/gu, "$1$2"));
}
