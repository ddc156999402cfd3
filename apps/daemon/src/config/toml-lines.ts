/** One `key = value` of a TOML file. Offsets are of UTF-16 units. */
export interface Statement {
  /** Names from the root on: of its table, then its own. */
  readonly path: readonly string[];
  /** How many of {@link path} its table has. */
  readonly tableDepth: number;
  /** From 1. */
  readonly line: number;
  /** Where its first line starts. */
  readonly start: number;
  /** Where its last line ends, the line break included. */
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** One `[table]` or `[[table]]`, or the part of the file before the first. */
export interface Header {
  readonly path: readonly string[];
  readonly isArray: boolean;
  readonly line: number;
  readonly start: number;
  /** Where its line ends, the line break included. */
  readonly end: number;
}

/** What is where in a TOML file. */
export interface TomlLines {
  readonly headers: readonly Header[];
  readonly statements: readonly Statement[];
}

/**
 * Finds the lines of a TOML file that a parser has found valid. Of an invalid one it finds as much
 * as it understands; it never throws.
 */
export function scanToml(text: string): TomlLines {
  return new Scanner(text).scan();
}

/** The names of a dotted key, `agents."a.b".bin`; null when it is none. */
export function dottedKey(text: string): readonly string[] | null {
  const scanner = new Scanner(text);
  const names = scanner.dotted();
  return names !== null && scanner.at === text.length ? names : null;
}

/** Line of a key, or of the nearest thing around it; null = the file does not name it. */
export function lineOf({ headers, statements }: TomlLines, path: readonly string[]): number | null {
  const isPrefix = (of: readonly string[], whole: readonly string[]): boolean =>
    of.length <= whole.length && of.every((name, index) => name === whole[index]);
  const around = [...statements, ...headers]
    .filter((one) => isPrefix(one.path, path))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
  if (around !== undefined && around.path.length === path.length) return around.line;
  // A table may have no header of its own, only those of tables in it.
  const inside = [...statements, ...headers].filter((one) => isPrefix(path, one.path));
  const lines = inside.map(({ line }) => line);
  return lines.length > 0 ? Math.min(...lines) : (around?.line ?? null);
}

class Scanner {
  readonly #text: string;
  #line = 1;
  at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("\uFEFF")) this.at = 1;
  }

  scan(): TomlLines {
    const headers: Header[] = [];
    const statements: Statement[] = [];
    let table: readonly string[] = [];
    while (this.at < this.#text.length) {
      const start = this.at;
      const line = this.#line;
      this.#skipBlanks();
      const first = this.#text[this.at];
      if (first === "[") {
        const isArray = this.#text[this.at + 1] === "[";
        this.at += isArray ? 2 : 1;
        const path = this.dotted() ?? [];
        this.#skipLine();
        table = path;
        headers.push({ path, isArray, line, start, end: this.at });
      } else if (first === undefined || first === "\n" || first === "\r" || first === "#") {
        this.#skipLine();
      } else {
        const names = this.dotted();
        if (names === null || this.#text[this.at] !== "=") {
          this.#skipLine();
          continue;
        }
        this.at += 1;
        this.#skipBlanks();
        const valueStart = this.at;
        this.#skipValue();
        const valueEnd = valueStart + this.#text.slice(valueStart, this.at).trimEnd().length;
        this.#skipLine();
        const path = [...table, ...names];
        const tableDepth = table.length;
        statements.push({ path, tableDepth, line, start, end: this.at, valueStart, valueEnd });
      }
    }
    return { headers, statements };
  }

  /** Names of a dotted key, and the blanks after it. */
  dotted(): readonly string[] | null {
    const names: string[] = [];
    for (;;) {
      this.#skipBlanks();
      const name = this.#name();
      if (name === null) return null;
      names.push(name);
      this.#skipBlanks();
      if (this.#text[this.at] !== ".") return names;
      this.at += 1;
    }
  }

  #name(): string | null {
    const quote = this.#text[this.at];
    if (quote === '"' || quote === "'") {
      const start = this.at;
      this.#skipString(quote);
      const inner = this.#text.slice(start + 1, this.at - 1);
      return quote === "'" ? inner : unescape(inner);
    }
    const [name] = /^[\w-]+/u.exec(this.#text.slice(this.at, this.at + 200)) ?? [];
    if (name === undefined) return null;
    this.at += name.length;
    return name;
  }

  #skipBlanks(): void {
    while (this.#text[this.at] === " " || this.#text[this.at] === "\t") this.at += 1;
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.at);
    if (end !== -1) this.#line += 1;
    this.at = end === -1 ? this.#text.length : end + 1;
  }

  /** To the end of a value: a comment or the end of its line, outside of brackets and strings. */
  #skipValue(): void {
    let depth = 0;
    for (; this.at < this.#text.length; this.at += 1) {
      const char = this.#text[this.at];
      if (char === '"' || char === "'") {
        this.#skipString(char);
        this.at -= 1;
      } else if (char === "[" || char === "{") depth += 1;
      else if (char === "]" || char === "}") depth -= 1;
      else if (char === "#") {
        if (depth <= 0) return;
        const end = this.#text.indexOf("\n", this.at);
        this.at = (end === -1 ? this.#text.length : end) - 1;
      } else if (char === "\n") {
        if (depth <= 0) return;
        this.#line += 1;
      }
    }
  }

  /** From the quotes that open a string to after those that close it. */
  #skipString(quote: string): void {
    const triple = quote.repeat(3);
    const isLong = this.#text.startsWith(triple, this.at);
    this.at += isLong ? 3 : 1;
    while (this.at < this.#text.length) {
      if (isLong && this.#text.startsWith(triple, this.at)) {
        this.at += 3;
        // Up to two quotes may belong to the text itself.
        while (this.#text[this.at] === quote) this.at += 1;
        return;
      }
      const char = this.#text[this.at];
      if (char === "\n") {
        if (!isLong) return;
        this.#line += 1;
      }
      const isEscape = char === "\\" && quote === '"';
      if (isEscape && this.#text[this.at + 1] === "\n") this.#line += 1;
      this.at += isEscape ? 2 : 1;
      if (!isLong && char === quote) return;
    }
  }
}

function unescape(inner: string): string {
  const short: Readonly<Record<string, string>> = {
    b: "\b",
    t: "\t",
    n: "\n",
    f: "\f",
    r: "\r",
    e: "\u001B",
  };
  return inner.replaceAll(
    /\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{2})|(.))/giu,
    (whole, four?: string, eight?: string, two?: string, char?: string) => {
      const code = Number.parseInt(four ?? eight ?? two ?? "", 16);
      if (Number.isInteger(code) && code <= 0x10_ff_ff) return String.fromCodePoint(code);
      return char === undefined ? whole : (short[char] ?? char);
    },
  );
}
