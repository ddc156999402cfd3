import { fileURLToPath } from "node:url";
import { readFileSync, writeFileSync } from "node:fs";
import { allAcpKeys } from "../apps/daemon/src/config/acp-keys.ts";
import { allAgentKeys } from "../apps/daemon/src/config/agent-keys.ts";
import type { Key } from "../apps/daemon/src/config/key-kinds.ts";
import { allKeys, sections } from "../apps/daemon/src/config/keys.ts";

/** `docs/configuration.md`. The part between these lines is written by this program. */
export const page: URL = new URL("../docs/configuration.md", import.meta.url);

const begin = "<!-- keys: written by `node --import tsx tools/configuration-page.ts` -->";
const end = "<!-- end of keys -->";

/** The page with the keys of today. Throws when its marks are gone. */
export function withKeys(text: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/configuration.md has lost "${begin}"`);
  return `${text.slice(0, from)}${begin}\n\n${tables()}\n${text.slice(to)}`;
}

function tables(): string {
  const top = allKeys.filter(({ path }) => !path.includes("."));
  const parts = [`### Outside of any table\n\n${table(top)}`];
  for (const [name, meaning] of sections) {
    const keys = allKeys.filter(({ path }) => path.startsWith(`${name}.`));
    parts.push(`### \`[${name}]\`\n\n${meaning}\n\n${table(keys)}`);
  }
  parts.push(
    `### \`[agents.NAME]\` and \`[agents.NAME.INSTANCE]\`\n\nEach agent, and each further instance of one.\n\n${table(allAgentKeys)}`,
  );
  parts.push(
    `### \`[agents.acp.NAME]\`\n\nAn agent that speaks the Agent Client Protocol; clients see it as NAME.\n\n${table(allAcpKeys)}`,
  );
  return parts.join("\n");
}

function table<Owner>(keys: readonly Key<unknown, Owner>[]): string {
  const rows = [
    ["key", "meaning", "values", "default", "reload"],
    ["---", "---", "---", "---", "---"],
    ...keys.map((key) => [
      `\`${key.path}\``,
      `${key.meaning}${key.aliases.length === 0 ? "" : ` In Alleycat's file: ${key.aliases.map((one) => `\`${one}\``).join(", ")}.`}`,
      key.range,
      key.defaultText === null ? (key.unset ?? "") : `\`${key.defaultText}\``,
      key.applies === "live" ? "at once" : "restart",
    ]),
  ];
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const width = (column: number): number =>
    Math.max(...cells.map((row) => (row[column] ?? "").length));
  return cells
    .map((row, index) => {
      const padded = row.map((cell, column) =>
        index === 1 ? "-".repeat(width(column)) : cell.padEnd(width(column)),
      );
      return `| ${padded.join(" | ")} |\n`;
    })
    .join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(page, withKeys(readFileSync(page, "utf8")));
  console.log("wrote docs/configuration.md");
}
