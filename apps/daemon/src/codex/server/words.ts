import { stripVTControlCharacters } from "node:util";

const maxLength = 500;
const secrets = [
  /\b(?:sk|sess|pat|ghp|gho)[-_][\w*-]{6,}/gu,
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/gu,
  /(?<=\bBearer\s+)[^\s"']+/giu,
  /(?<=\b\w*(?:token|secret|password|api_?key)\w*["']?\s*[=:]\s*["']?)[^\s"',]+/giu,
];

/** What a program said last, fit for an error: its last lines, without colours and secrets. */
export function lastWords(output: string): string {
  const lines = stripVTControlCharacters(output).split(/\r?\n/u);
  const said = lines.filter(
    (line) => line.trim() !== "" && !/^\s+\d+:\s|^stack backtrace/iu.test(line),
  );
  const text = secrets.reduce(
    (kept, secret) => kept.replace(secret, "…"),
    said.slice(-4).join("; "),
  );
  return text.length <= maxLength ? text : `…${text.slice(-maxLength)}`;
}
