/** What stands where a secret was. */
const removed = "[redacted]";

/** Shorter values are words that may stand anywhere. */
const minSecretLength = 8;

const maxDepth = 6;
const maxEntries = 100;
const maxTextLength = 8192;

/**
 * A text without secrets: those that are known, and what looks like one by its form or by the word
 * before it. Rather too much is taken out than too little.
 */
export function redactText(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue;
    clean = clean.replaceAll(secret, removed);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret) clean = clean.replaceAll(encoded, removed);
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret) clean = clean.replaceAll(escaped, removed);
  }
  for (const [pattern, replacement] of patterns) clean = clean.replaceAll(pattern, replacement);
  return clean;
}

const word =
  "(?:api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|secret(?:[-_ ]?key)?|host[-_ ]?key|token|passw(?:or)?d|passphrase|pwd|credentials?|authorization|cookie|session[-_ ]?key|pairing[-_ ]?code)";

const patterns: readonly (readonly [RegExp, string])[] = [
  // -----BEGIN ... PRIVATE KEY-----, to its end or that of the text.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu, removed],
  [/\b(bearer|basic|digest)\s+[\w+/=.~-]{6,}/giu, `$1 ${removed}`],
  [/(\/\/[^\s/:@]*):[^\s/@]+@/gu, `$1:${removed}@`],
  // token=..., "apiKey": "...", ANTHROPIC_API_KEY=..., --password ...
  [
    new RegExp(`(${word}["']?\\s*[=:]\\s*)(["'])(?:(?!\\2)[^\\\\]|\\\\.)*\\2`, "giu"),
    `$1$2${removed}$2`,
  ],
  [
    new RegExp(
      `(${word}["']?\\s*[=:]\\s*)(?!["'\\[{]|null\\b|true\\b|false\\b)[^\\s,;&"')}\\]]+`,
      "giu",
    ),
    `$1${removed}`,
  ],
  [new RegExp(`(--?${word}\\s+)(?!-)(?:"[^"]*"|'[^']*'|[^\\s"']+)`, "giu"), `$1${removed}`],
  // A word like token, and soon after it a long number or base64.
  [
    new RegExp(`(${word}\\b[^\\n]{0,24}?\\b)(?=[\\w+/-]*\\d)[\\w+/-]{20,}={0,2}`, "giu"),
    `$1${removed}`,
  ],
  // Keys that say by their start what they are.
  [/\b(?:sk|pk|rk|glpat|xox[abprs]|AIza)[-_][\w-]{12,}/gu, removed],
  [/\b(?:gh[opusr]|npm|hf)_\w{10,}/gu, removed],
  [/\b(?:github_pat_\w{20,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})/gu, removed],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/gu, removed],
];

const secretName = new RegExp(`${word}$|^auth$|^key$`, "iu");
const harmlessName = /(?:count|total|used|max|min|limit|fingerprint|length|type|name|file)$/iu;

/**
 * Any value as plain JSON without secrets: what stands under a name like `token` goes whole, texts
 * go through {@link redactText}. Bounded in depth and size; never throws.
 */
export function redactValue(value: unknown, secrets: Iterable<string> = []): unknown {
  return clean(value, [...secrets], 0, new Set());
}

function clean(
  value: unknown,
  secrets: readonly string[],
  depth: number,
  around: ReadonlySet<object>,
): unknown {
  switch (typeof value) {
    case "string":
      return shortened(redactText(value.slice(0, 2 * maxTextLength), secrets));
    case "number":
    case "boolean":
    case "undefined":
      return value;
    case "bigint":
    case "symbol":
    case "function":
      return String(value).slice(0, 100);
    case "object":
      break;
  }
  if (value === null) return null;
  if (around.has(value)) return "[circular]";
  if (depth >= maxDepth) return "[deep]";
  const inside = new Set(around).add(value);
  try {
    if (value instanceof Error) return cleanError(value, secrets, depth, inside);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) {
      const kept = value
        .slice(0, maxEntries)
        .map((one: unknown) => clean(one, secrets, depth + 1, inside));
      return value.length > maxEntries ? [...kept, `[${value.length - maxEntries} more]`] : kept;
    }
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    const kept = entries.slice(0, maxEntries).map(([key, one]: [unknown, unknown]) => {
      const name = String(key);
      const value = isSecret(name, one) ? removed : clean(one, secrets, depth + 1, inside);
      return [shortened(redactText(name.slice(0, 2 * maxTextLength), secrets)), value];
    });
    return Object.fromEntries(kept);
  } catch {
    return "[unreadable]";
  }
}

function cleanError(
  error: Error,
  secrets: readonly string[],
  depth: number,
  inside: ReadonlySet<object>,
): unknown {
  const { name, message, cause } = error;
  const code = "code" in error ? error.code : undefined;
  return {
    error: shortened(redactText(`${name}: ${message}`, secrets)),
    ...(typeof code === "string" && { code }),
    ...(cause !== undefined && { cause: clean(cause, secrets, depth + 1, inside) }),
  };
}

/** Numbers are counts, e.g. of tokens; what is null or a flag tells nothing. */
function isSecret(name: string, value: unknown): boolean {
  if (typeof value !== "string" && (typeof value !== "object" || value === null)) return false;
  return secretName.test(name) && !harmlessName.test(name);
}

function shortened(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}...`;
}
