const plainWord = /^[\w@%+=:,./-]+$/;
const alreadyShell = /^(\S*\/)?(ba|z|da|k|fi)?sh\s+-l?c\s/;

/**
 * A command line as codex shows it: as the argument of a shell. Clients take that wrapper off
 * again; a bare line they split and quote anew, so that the user would approve a text that is not
 * what runs.
 */
export function shellLine(command: string): string {
  if (alreadyShell.test(command)) return command;
  return `/bin/bash -lc ${shellWord(command)}`;
}

/** One word for a shell, quoted where it must be. */
export function shellWord(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
