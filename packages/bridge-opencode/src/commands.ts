import { BridgeError, type Settings } from "@fairlead/bridge-core";
import { fieldsOf, textOf, type Confirmation, type HttpClient } from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { inFolder } from "./server.ts";
import type { Folder } from "./folder.ts";
import { permissionsOf } from "./permissions.ts";

/** A slash command that the user typed and OpenCode has. */
export interface Command {
  readonly name: string;
  /** What was typed behind its name. */
  readonly given: string;
  /** OpenCode has this one in its terminal only. */
  readonly share: boolean;
  /** What to ask first; null when all it does is asked about while it runs. */
  question(settings: Settings, folder: Folder): Confirmation | null;
}

/** The command that a prompt is, if it is one. Rejects one that would have effects unasked. */
export async function commandIn(
  input: readonly UserInput[],
  client: HttpClient,
  cwd: string,
): Promise<Command | null> {
  const first = input.find((part) => part.type === "text");
  const typed = /^\s*\/([^\s/]+)(?:\s+([\s\S]*))?$/.exec(first?.text ?? "");
  if (typed === null) return null;
  const [, name = "", given = ""] = typed;
  if (name === "share") return { name, given, share: true, question: () => sharing };
  const commands = await client.list(inFolder("/command", cwd));
  const found = commands.find((command) => command["name"] === name);
  if (found === undefined) return null;
  const { template, agent } = fieldsOf(found);
  const words = `${textOf(template)}\n${given}`;
  return {
    name,
    given,
    share: false,
    question: (settings, { unsafe }) => {
      if (permissionsOf(settings).granted === "all") return null;
      const sub = unsafe.find((each) => each === agent || words.includes(`@${each}`));
      if (sub !== undefined) {
        const sentence = `/${name} runs the sub-agent ${sub}, whose own settings let it act unasked`;
        throw new BridgeError("unsupported", `${sentence}: take its "allow" rules away`);
      }
      const shell = [...words.matchAll(/!`([^`]+)`/g)].map(([, line = ""]) => line);
      return shell.length === 0 ? null : running(name, shell);
    },
  };
}

const sharing: Confirmation = {
  tool: "share",
  arguments: {},
  question:
    "Share this conversation? OpenCode uploads all of it, and whoever has the link reads it.",
  yes: "Upload and share",
};

function running(name: string, shell: readonly string[]): Confirmation {
  const lines = shell.join("; ");
  const question = `/${name} runs this before the model sees it: ${lines}`;
  return { tool: `/${name}`, arguments: { shell: [...shell] }, question, yes: "Run it" };
}
