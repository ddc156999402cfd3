import { BridgeError, type Settings } from "@fairlead/bridge-core";
import { commandTyped, grantOf, textOf, type Confirmation } from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import type { Folder } from "./folder.ts";

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
  if (typed?.name === share) return { ...typed, question: sharing };
  const known = typed === null ? [] : await client.list("/command");
  const found = known.find(({ name }) => name === typed?.name);
  if (typed === null || found === undefined) return null;
  if (grantOf(settings) === "all") return { ...typed, question: null };
  const words = `${textOf(found["template"])}\n${typed.given}`;
  const sub = unsafe.find((each) => each === found["agent"] || words.includes(`@${each}`));
  const name = `/${typed.name}`;
  if (sub !== undefined) {
    const sentence = `${name} runs the sub-agent ${sub}, whose own settings let it act unasked`;
    throw new BridgeError("unsupported", `${sentence}: take its "allow" rules away`);
  }
  const shell = [...words.matchAll(/!`([^`]+)`/g)].map(([, line = ""]) => line);
  if (shell.length === 0) return { ...typed, question: null };
  const question = `${name} runs this before the model sees it: ${shell.join("; ")}`;
  return { ...typed, question: { tool: name, arguments: { shell }, question, yes: "Run it" } };
}
