import { BridgeError, type Settings } from "@fairlead/bridge-core";
import { commandTyped, textOf, type Confirmation } from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import type { Folder } from "./folder.ts";
import { permissionsOf } from "./permissions.ts";

/** A slash command that the user typed and OpenCode has. */
export interface Command {
  readonly name: string;
  /** What was typed behind its name. */
  readonly given: string;
  /** What to ask first; null when all it does is asked about while it runs. */
  readonly question: Confirmation | null;
}

/** OpenCode has it in its terminal only. */
export const share = "share";

const sharing: Confirmation = {
  tool: share,
  arguments: {},
  question:
    "Share this conversation? OpenCode uploads all of it, and whoever has the link reads it.",
  yes: "Upload and share",
};

/** The command that a prompt is, if it is one. Rejects one that would have effects unasked. */
export async function commandIn(
  input: readonly UserInput[],
  { client, unsafe }: Folder,
  settings: Settings,
): Promise<Command | null> {
  const typed = commandTyped(input);
  if (typed === null) return null;
  const { name, given } = typed;
  if (name === share) return { name, given, question: sharing };
  const commands = await client.list("/command");
  const found = commands.find((command) => command["name"] === name);
  if (found === undefined) return null;
  const { template, agent } = found;
  const words = `${textOf(template)}\n${given}`;
  if (permissionsOf(settings).granted === "all") return { name, given, question: null };
  const sub = unsafe.find((each) => each === agent || words.includes(`@${each}`));
  if (sub !== undefined) {
    const sentence = `/${name} runs the sub-agent ${sub}, whose own settings let it act unasked`;
    throw new BridgeError("unsupported", `${sentence}: take its "allow" rules away`);
  }
  const shell = [...words.matchAll(/!`([^`]+)`/g)].map(([, line = ""]) => line);
  if (shell.length === 0) return { name, given, question: null };
  const question = `/${name} runs this before the model sees it: ${shell.join("; ")}`;
  return {
    name,
    given,
    question: { tool: `/${name}`, arguments: { shell }, question, yes: "Run it" },
  };
}
