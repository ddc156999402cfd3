/**
 * Draws what `pnpm demo` prints: `docs/demo.svg` for the README, and its text without the times,
 * `docs/demo.txt`. With `--check`, only compares the text with a new run and exits 1 when they differ.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const textFile = join(root, "docs", "demo.txt");
const pictureFile = join(root, "docs", "demo.svg");
const colours: Readonly<Record<string, string>> = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341" };
const charWidth = 8.4;
const lineHeight = 19;
const padding = 20;

/** Runs the demo in colour, on a PATH without any other agent. */
async function runDemo(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-picture-"));
  try {
    await symlink(process.execPath, join(folder, "node"));
    for (const tool of ["sh", "env"]) await symlink(await find(tool), join(folder, tool));
    const node = ["--conditions=@fairlead/source", "--import", "tsx"];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...node, join(root, "apps/daemon/src/main.ts"), "demo"],
      {
        cwd: root,
        env: { PATH: folder, HOME: folder, TMPDIR: tmpdir(), SHELL: "", FORCE_COLOR: "1" },
      },
    );
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function find(tool: string): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, tool);
    if (await readFile(file).then(Boolean, () => false)) return file;
  }
  throw new Error(`${tool} is not on the PATH`);
}

function draw(output: string): string {
  const lines = ["$ npx -y pnpm@10.34.9 demo", "", ...output.trimEnd().split("\n")];
  const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
  const width = Math.ceil(columns * charWidth) + 2 * padding;
  const height = lines.length * lineHeight + 2 * padding;
  const rows = lines.map((line, index) => {
    const y = padding + (index + 0.8) * lineHeight;
    return `<text x="${padding}" y="${y.toFixed(1)}">${spans(line)}</text>`;
  });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const font = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g ${font} fill="#e6edf3" xml:space="preserve">
${rows.join("\n")}
</g>
</svg>
`;
}

/** One `tspan` per stretch of equal looks. */
function spans(line: string): string {
  let look = "";
  let result = "";
  // oxlint-disable-next-line no-control-regex -- these are the codes of a terminal
  for (const part of line.split(/(\u001B\[\d+m)/u)) {
    const code = part.startsWith("\u001B[") ? part.slice(2, -1) : null;
    if (code === "1") look = ' font-weight="bold"';
    else if (code === "2") look = ' fill="#9198a1"';
    else if (code !== null) look = code in colours ? ` fill="${colours[code] ?? ""}"` : "";
    else if (part !== "") result += `<tspan${look}>${escape(part)}</tspan>`;
  }
  return result;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const output = await runDemo();
const text = stripVTControlCharacters(output).replaceAll(/\d+ ms/gu, "NNN ms");
if (process.argv.includes("--check")) {
  if (text !== (await readFile(textFile, "utf8"))) {
    process.stderr.write(`docs/demo.txt is not what the demo prints now:\n\n${text}\n`);
    process.stderr.write("Run `pnpm picture` and look at docs/demo.svg.\n");
    process.exitCode = 1;
  }
} else {
  await writeFile(textFile, text);
  await writeFile(pictureFile, draw(output));
}
