import { fileURLToPath } from "node:url";
import type { LiveLane } from "./lane.ts";

/** The committed table of a lane. */
export function tableFile({ name }: LiveLane): string {
  return fileURLToPath(new URL(`../../../docs/live-${name}.md`, import.meta.url));
}

const usualWay = "Each row drives the real program through the daemon against the mock LLM.";

/** What a lane proves, as Markdown. A row that repeats another one with another version shares its line. */
export function tableOf(lane: LiveLane): string {
  const { name, rows, versionsAre = "Versions", way = usualWay } = lane;
  const versioned = rows.some(({ version }) => version !== undefined);
  const lines = rows
    .filter(({ repeats }) => repeats === undefined)
    .map(({ id, sentence }) => {
      const same = rows.filter((row) => row.id === id || row.repeats === id);
      const versions = same.flatMap(({ version }) => version ?? []).join(", ");
      const cells = [`\`${id}\``, sentence.replaceAll("|", "\\|"), versioned ? versions : []];
      return `| ${cells.flat().join(" | ")} |`;
    });
  const ruler = versioned ? "| --- | --- | --- |" : "| --- | --- |";
  return `# What \`test:live ${name}\` proves

${way} Written by
\`pnpm test:live ${name} --table\`; do not edit.

| Scenario | What it proves |${versioned ? ` ${versionsAre} |` : ""}
${ruler}
${lines.join("\n")}
`;
}
