import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * An extension of the user's: commands that ask in each way Pi has, one that makes Pi speak unasked, and a tool.
 * What comes of them lies in files, because frames alone prove nothing.
 */
const extension = `import { writeFileSync } from "node:fs";

const note = (name, value) => writeFileSync(name, JSON.stringify(value ?? null));
const dialogs = {
  select: (ui) => ui.select("Which colour?", ["Red", "Blue"]),
  confirm: (ui) => ui.confirm("Are you sure?", "It cannot be undone."),
  input: (ui) => ui.input("What is your name?", "nobody"),
  editor: (ui) => ui.editor("What do you think?", "a draft"),
};

export default function (pi) {
  pi.registerCommand("dialog", {
    description: "Asks the user",
    handler: async (kind, { ui }) => {
      note("chosen", await dialogs[kind.trim()](ui));
      ui.notify("the choice was noted", "info");
    },
  });
  pi.registerCommand("wake", {
    description: "Speaks by itself",
    handler: async (words) => pi.sendUserMessage(words),
  });
  pi.registerTool({
    name: "beep",
    label: "Beep",
    description: "Beeps.",
    parameters: { type: "object", properties: { pitch: { type: "number" } }, required: ["pitch"] },
    execute: async (_id, { pitch }) => {
      note("beeped", pitch);
      return { content: [{ type: "text", text: "beeped at " + (pitch + 2) }], details: {} };
    },
  });
}
`;

const skill = `---
name: greeting
description: How to greet.
---
Answer with forty-two.
`;

/** Gives the user of a home an extension, a prompt template and a skill. */
export async function furnish(home: string): Promise<void> {
  const agent = join(home, ".pi", "agent");
  const files: Readonly<Record<string, string>> = {
    "extensions/live.ts": extension,
    "prompts/wave.md": "nonce: waved $ARGUMENTS\n",
    "skills/greeting/SKILL.md": skill,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(agent, name, ".."), { recursive: true });
    await writeFile(join(agent, name), text);
  }
}
