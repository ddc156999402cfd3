const hidden = "[hidden]";

/** Names of settings whose value nobody else should read. */
const secretName = String.raw`[\w.-]*(?:token|secret|passw(?:or)?d|passwd|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization)[\w.-]*`;
const value = String.raw`(?:"[^"]*"|'[^']*'|[^\s"'&;|]+)`;

const patterns: readonly (readonly [RegExp, string])[] = [
  // `Authorization: Bearer x`, `-H "x-api-key: y"`, `TOKEN=z`, `--password w`.
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/giu, `$1 ${hidden}`],
  [
    new RegExp(`(${secretName})(\\s*[=:]\\s*)(?!\\[hidden\\]|bearer |basic )${value}`, "giu"),
    `$1$2${hidden}`,
  ],
  [new RegExp(`(--?${secretName})(\\s+)(?!-)${value}`, "giu"), `$1$2${hidden}`],
  // `https://user:password@host`.
  [/(\w:\/\/[^\s/:@]*):[^\s/@]+@/gu, `$1:${hidden}@`],
  // Keys that are known by how they begin.
  [/\b(?:sk|pk|rk)[-_][\w-]{16,}/gu, hidden],
  [/\b(?:gh[opusr]|npm|hf)_\w{10,}/gu, hidden],
  [/\b(?:glpat|xox[a-z])-[\w-]{10,}/gu, hidden],
  [/\bgithub_pat_\w{10,}/gu, hidden],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/gu, hidden],
  [/\bAIza[\w-]{30,}/gu, hidden],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/gu, hidden],
  [/\b[0-9a-f]{64}\b/giu, hidden],
];

/** Longest text of a client or agent that is kept in one field. */
const maxDetailLength = 200;

/** A text without what is obviously a secret, on one line, and not longer than a line should be. */
export function redacted(text: string, limit: number = maxDetailLength): string {
  // First the end: a pattern never has to look at more than it can show, and a bit behind that.
  const near = text.slice(0, limit * 4);
  const clean = patterns
    .reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), near)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}
