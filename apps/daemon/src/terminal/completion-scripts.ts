/** The shells there are completions for. */
export const shells = ["bash", "zsh", "fish"] as const;

/** A command and all below it. */
export interface CommandTree {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    /** What it may be set to; empty = anything. */
    readonly choices: readonly string[];
  }[];
  /** What its arguments may be, where that is known. */
  readonly choices: readonly string[];
  readonly commands: readonly CommandTree[];
}

/** One place on the command line and what may stand there. */
interface Place {
  /** The words before it, without the program: `devices revoke`. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly description: string }[];
}

/** The completion script of a shell. Static: it starts nothing when the user presses tab. */
export function scriptOf(shell: (typeof shells)[number], tree: CommandTree): string {
  const places = placesIn(tree, "");
  const values = valuesIn(tree);
  switch (shell) {
    case "bash":
      return bash(tree.name, places, values);
    case "zsh":
      return zsh(tree.name, places);
    case "fish":
      return fish(tree.name, places);
  }
}

function placesIn(tree: CommandTree, path: string): readonly Place[] {
  const words = [
    ...tree.commands.map(({ name, description }) => ({ word: name, description })),
    ...tree.choices.map((word) => ({ word, description: "" })),
    ...tree.options.map(({ name, description }) => ({ word: name, description })),
    { word: "--help", description: "display help for command" },
  ];
  const below = tree.commands.flatMap((command) =>
    placesIn(command, path === "" ? command.name : `${path} ${command.name}`),
  );
  return [{ path, words }, ...below];
}

function valuesIn(tree: CommandTree): ReadonlyMap<string, readonly string[]> {
  const own = tree.options.flatMap(({ name, choices }) =>
    choices.length === 0 ? [] : [[name, choices] as const],
  );
  return new Map([...own, ...tree.commands.flatMap((command) => [...valuesIn(command)])]);
}

/** Words of the path so far that are commands, in a shell variable, are what cases choose by. */
function bash(
  program: string,
  places: readonly Place[],
  values: ReadonlyMap<string, readonly string[]>,
): string {
  const known = places.map(({ path }) => path).filter((path) => path !== "");
  const cases = places.map(
    ({ path, words }) => `    "${path}") words="${words.map(({ word }) => word).join(" ")}" ;;`,
  );
  const choices = [...values].map(
    ([option, allowed]) => `    ${option}) words="${allowed.join(" ")}" ;;`,
  );
  return `# Completions of ${program} for bash.
_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local place="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${place:+$place }$word" in
      ${known.map((path) => `"${path}"`).join("|")}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  case "$previous" in
${choices.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${program} ${program}
`;
}

function zsh(program: string, places: readonly Place[]): string {
  const known = places.map(({ path }) => path).filter((path) => path !== "");
  const cases = places.map(({ path, words }) => {
    const entries = words.map(
      ({ word, description }) =>
        `        '${quoted(`${word.replaceAll(":", "\\:")}:${description}`)}'`,
    );
    return `    '${path}')\n      choices=(\n${entries.join("\n")}\n      ) ;;`;
  });
  return `#compdef ${program}
# Completions of ${program} for zsh.
_${program}() {
  local place="" word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${place:+$place }$word" in
      ${known.map((path) => `'${path}'`).join("|")}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  _describe '${program}' choices || _files
}
compdef _${program} ${program}
`;
}

function fish(program: string, places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words }) => {
    const parts = path === "" ? [] : path.split(" ");
    const condition =
      parts.length === 0
        ? "__fish_use_subcommand"
        : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
    return words.map(({ word, description }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c ${program} -n '${condition}' ${what} -d '${quotedFish(description)}'`;
    });
  });
  return `# Completions of ${program} for fish.\n${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

function quotedFish(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}
