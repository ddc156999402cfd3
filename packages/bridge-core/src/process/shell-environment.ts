import path from "node:path";
import { askProgram, type ProgramQuestion } from "./ask-program.ts";
import type { Environment } from "./environment.ts";
import { unwatched } from "./watchdog-program.ts";

/** Profiles may print; what counts lies between two of these. */
const marker = "fairlead-environment";
const names = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The environment a shell has in a folder, after the user's profile. Rejects with an `Error` that
 * goes on where a sentence begins with the name of the shell.
 */
export async function shellEnvironment(
  shell: string,
  question: Pick<ProgramQuestion, "cwd" | "env" | "timeoutMs" | "groups">,
): Promise<Environment> {
  // The second for systems whose env knows no option.
  for (const print of ["env -0", "env"]) {
    const script = `printf '%s\\0' ${marker}; ${print}; printf '%s\\0' ${marker}`;
    const { output } = await askProgram({
      ...question,
      file: shell,
      args: [...argumentsOf(shell), script],
      isWhole: (bytes) => bytes.indexOf(marker) !== bytes.lastIndexOf(`${marker}\0`),
    });
    const section = output.split(`${marker}\0`)[1];
    if (section === undefined) throw new Error("printed no environment");
    const found = readEnvironment(section);
    if (found["PATH"] !== undefined) return found;
  }
  throw new Error("printed an environment without PATH");
}

function argumentsOf(shell: string): readonly string[] {
  switch (path.basename(shell)) {
    case "bash":
    case "zsh":
      return ["-lic"];
    case "fish":
      return ["-l", "-c"];
    case "sh":
    case "dash":
    case "ash":
    case "busybox":
    case "csh":
    case "tcsh":
      // Not all of these take a second letter.
      return ["-c"];
    default:
      return ["-lc"];
  }
}

function readEnvironment(section: string): Environment {
  const environment = Object.fromEntries(
    (section.includes("\0") ? section.split("\0") : joinedLines(section))
      .filter((pair) => pair.indexOf("=") > 0)
      .map((pair): [string, string] => {
        const split = pair.indexOf("=");
        return [pair.slice(0, split), pair.slice(split + 1)];
      }),
  );
  // The shell's own book-keeping, not the user's.
  for (const name of ["_", "SHLVL", "PWD", "OLDPWD"]) delete environment[name];
  return unwatched(environment);
}

/** Lines that begin no variable belong to the one before. */
function joinedLines(section: string): readonly string[] {
  const pairs: string[] = [];
  for (const line of section.replace(/\n$/, "").split("\n")) {
    if (names.test(line.split("=", 1)[0] ?? "") && line.includes("=")) pairs.push(line);
    else pairs.push(`${pairs.pop() ?? ""}\n${line}`);
  }
  return pairs;
}
