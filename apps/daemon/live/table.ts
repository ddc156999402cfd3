import { fileURLToPath } from "node:url";
import type { LiveLane } from "./lane.ts";

/** The committed table of a lane. */
export function tableFile({ name }: LiveLane): string {
  return fileURLToPath(new URL(`../../../docs/live-${name}.md`, import.meta.url));
}

/** What a lane proves, as Markdown. */
export function tableOf({ name, rows }: LiveLane): string {
  const lines = rows.map(
    ({ id, sentence }) => `| \`${id}\` | ${sentence.replaceAll("|", "\\|")} |`,
  );
  return `# What \`test:live ${name}\` proves

Each row drives the real program through the daemon against the mock LLM. Written by
\`pnpm test:live ${name} --table\`; do not edit.

| Scenario | What it proves |
| --- | --- |
${lines.join("\n")}
`;
}
