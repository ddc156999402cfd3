import { Argument, type Command } from "commander";
import { type CommandTree, scriptOf, shells } from "../terminal/completion-scripts.ts";

/** `fairlead completion`. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("print the completions of a shell")
    .addArgument(new Argument("<shell>").choices([...shells]))
    .addHelpText(
      "after",
      `
Examples:
  $ fairlead completion bash > ~/.local/share/bash-completion/completions/fairlead
  $ fairlead completion zsh > "\${fpath[1]}/_fairlead"
  $ fairlead completion fish > ~/.config/fish/completions/fairlead.fish`,
    )
    .action((shell: (typeof shells)[number]) => {
      process.stdout.write(scriptOf(shell, treeOf(program)));
    });
}

function treeOf(command: Command): CommandTree {
  return {
    name: command.name(),
    description: command.description(),
    options: command.options.flatMap(({ long, description, argChoices, hidden }) =>
      long == null || hidden ? [] : [{ name: long, description, choices: argChoices ?? [] }],
    ),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    commands: command.commands.map(treeOf),
  };
}
