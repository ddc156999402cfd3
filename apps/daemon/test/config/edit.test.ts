import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withKey, withoutKey } from "../../src/config/edit.ts";
import { firstFile } from "../../src/config/first-file.ts";
import { isTable } from "../../src/config/key-kinds.ts";
import { type NamedKey, namedKey, setKey, unsetKey } from "../../src/config/named-key.ts";
import { parseToml, readConfig } from "../../src/config/read.ts";
import { type Table, valueAt } from "../../src/config/reading.ts";

const options = { agents: ["claude", "demo"], homedir: "/home/ada" };

function keyOf(name: string): NamedKey {
  const key = namedKey(name, options.agents);
  if (typeof key === "string") throw new Error(key);
  return key;
}

function set(text: string, name: string, value: string): string {
  const edited = setKey(text, keyOf(name), value);
  if ("refusal" in edited) throw new Error(edited.refusal);
  return edited.text;
}

function refusal(text: string, name: string): string {
  const edited = setKey(text, keyOf(name), "1");
  return "refusal" in edited ? edited.refusal : "";
}

function tableOf(text: string): Table {
  const parsed = parseToml(text);
  if ("problem" in parsed) throw new Error(`${parsed.problem.message}\n${text}`);
  return parsed.table;
}

describe("one line", () => {
  test("is changed, with the comment behind it", () => {
    expect(set("[websocket] # a\nport  =  1 # mine\n# end", "websocket.port", "4600")).toBe(
      "[websocket] # a\nport  =  4600 # mine\n# end",
    );
  });

  test("is added below its explanation in the file of the first start", () => {
    const first = firstFile(options.agents);
    const changed = set(first, "websocket.port", "4600");
    expect(changed).toBe(first.replace("# port = 4517\n", "# port = 4517\nport = 4600\n"));
    expect(readConfig(changed, options)).toMatchObject({ config: { websocket: { port: 4600 } } });
  });

  test("of every key can be set in that file, one after the other, and taken out again", () => {
    const first = firstFile(options.agents);
    const values: readonly (readonly [string, string])[] = [
      ["token", "s".repeat(32)],
      ["default_agent", "demo"],
      ["policy.roots", "~/a, ~/b"],
      ["policy.approval_limit_minutes", "1.5"],
      ["alleycat.bind", '["0.0.0.0:1"]'],
      ["log.level", "debug"],
      ["agents.claude.bin", "claude"],
      ["agents.claude.env.API_KEY", 'a "quoted" # one'],
      ["agents.claude.work.enabled", "false"],
      ["agents.demo.sandbox", "read-only"],
      ["transports.tail.package", "tail"],
      ["transports.tail.port", "7"],
    ];
    let text = first;
    for (const [name, value] of values) text = set(text, name, value);
    expect(readConfig(text, options)).toMatchObject({
      config: {
        defaultAgent: "demo",
        policy: { roots: ["/home/ada/a", "/home/ada/b"], approvalLimitMs: 90_000 },
        alleycat: { bind: ["0.0.0.0:1"] },
        agents: [
          { name: "claude", env: { API_KEY: 'a "quoted" # one' } },
          { name: "claude.work", enabled: false },
          { name: "demo", sandbox: "read-only" },
        ],
        transports: [{ options: { port: 7 } }],
      },
    });
    for (const [name] of values) {
      const edited = unsetKey(text, keyOf(name));
      if ("text" in edited) ({ text } = edited);
    }
    expect(text.startsWith(first)).toBe(true);
  });

  test.each([
    [
      "in a file of Windows",
      '[log]\r\nlevel = "warn"\r\n',
      '[log]\r\nlevel = "warn"\r\nmax_files = 9\r\n',
    ],
    ["in a file without an end of line", "[log]", "[log]\nmax_files = 9\n"],
    ["in an empty file", "", "[log]\nmax_files = 9\n"],
    ["behind a byte order mark", "\uFEFFlog.max_files=1", "\uFEFFlog.max_files=9"],
    [
      "beside dotted keys",
      'log.level = "warn"\n[agents]\n',
      'log.level = "warn"\nlog.max_files = 9\n[agents]\n',
    ],
    ["with a table of its own", "cwd = '/'\n", "cwd = '/'\n\n[log]\nmax_files = 9\n"],
    [
      "not in a long string",
      '[transports.a]\npackage = "a"\nt = """\n# max_files = 1\n[log]\n"""\n',
      '[transports.a]\npackage = "a"\nt = """\n# max_files = 1\n[log]\n"""\n\n[log]\nmax_files = 9\n',
    ],
  ])("is added %s", (_name, before, after) => {
    expect(set(before, "log.max_files", "9")).toBe(after);
    expect(valueAt(tableOf(after), ["log", "max_files"])).toBe(9);
  });

  test("keeps the name that the file has for a key already", () => {
    expect(set("[session]\nreplay_max_msgs = 99\n", "session.ring_frames", "98")).toBe(
      "[session]\nreplay_max_msgs = 98\n",
    );
  });

  test("of the root comes before the first table", () => {
    expect(tableOf(set("# a\n\n[log]\n", "cwd", "/srv"))).toEqual({ cwd: "/srv", log: {} });
  });

  test("is all that a value can be, whatever is typed", () => {
    const text = set("[log]\n", "log.level", 'warn"\n[policy]\napprovals = "auto');
    expect(Object.keys(tableOf(text))).toEqual(["log"]);
    const list = set("[alleycat]\n", "alleycat.bind", '["a"]\nenabled = false');
    expect(valueAt(tableOf(list), ["alleycat", "enabled"])).toBeUndefined();
  });
});

test.each([
  ["log = { level = 'warn' }", "log.max_files", "log is written as one value in line 1"],
  ["[[transports.a.b]]\nc = 1", "transports.a.b.c", "[[transports.a.b]] is a list of tables"],
  ["[transports.a.b]\nc = 1", "transports.a.b", "transports.a.b is a table: name a key in it"],
])("%j is left to a person", (text, name, sentence) => {
  expect(refusal(text, name)).toContain(sentence);
});

test.each([
  ["websocket.prot", "there is no key websocket.prot: did you mean websocket.port?"],
  ["port", "there is no key port: did you mean websocket.port?"],
  ["agents.claud.bin", "there is no agent claud: use claude"],
  ["agents.claude.bim", "there is no key agents.claude.bim: did you mean agents.claude.bin?"],
  ["agents.claude.a.b.bin", "there is no key agents.claude.a.b.bin: use one of"],
  ["a b", '"a b" is not the name of a key'],
])("%s is no key", (name, sentence) => {
  expect(namedKey(name, options.agents)).toContain(sentence);
});

/** Keys of the property, with a few values each, in TOML. */
const universe: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  websocket: {
    port: ["0", "4_600", "0x10"],
    enabled: ["true", "false"],
    host: ['"localhost"', "'::1'", '"""127.0.0.1"""'],
  },
  log: { level: ['"warn"', "'debug'"], max_files: ["3", "+7"], max_age_days: ["1"] },
  policy: {
    roots: ["[]", '["/a", "/b#"]', "[\n  \"/a\", # ]\n  '/b]',\n]", '["""\n/a"""]'],
    approvals: ['"ask"'],
  },
};
const typed: readonly (readonly [string, string, unknown])[] = [
  ["websocket.port", "81", 81],
  ["websocket.host", "127.0.0.2", "127.0.0.2"],
  ["log.max_files", "12", 12],
  ["log.level", "debug", "debug"],
  ["policy.roots", "/x,/y", ["/x", "/y"]],
  ["cwd", "/srv/# [x]", "/srv/# [x]"],
];

const filler = fc.constantFrom(
  "",
  "# note",
  "  # [log]",
  "# port = 1",
  "#max_files=2",
  "# é \u{1F600}",
);
const gap = fc.constantFrom("=", " = ", "  =\t");
const tail = fc.constantFrom("", " # why", "\t");

function sectionText(
  name: string,
): fc.Arbitrary<{ readonly dotted: string; readonly table: string }> {
  const keys = universe[name] ?? {};
  return fc
    .record({
      isDotted: fc.boolean(),
      chosen: fc.shuffledSubarray(Object.keys(keys)),
      pick: fc.array(fc.record({ value: fc.nat(), filler, gap, tail }), {
        minLength: 4,
        maxLength: 4,
      }),
    })
    .map(({ isDotted, chosen, pick }) => {
      const lines = chosen.flatMap((key, index) => {
        const values = keys[key] ?? [];
        const how = pick[index];
        if (how === undefined) return [];
        const value = values[how.value % values.length] ?? "";
        return [how.filler, `${isDotted ? `${name}.` : ""}${key}${how.gap}${value}${how.tail}`];
      });
      const text = lines.map((line) => `${line}\n`).join("");
      return isDotted ? { dotted: text, table: "" } : { dotted: "", table: `[${name}]\n${text}` };
    });
}

const file = fc
  .record({
    sections: fc.tuple(sectionText("websocket"), sectionText("log"), sectionText("policy")),
    isWindows: fc.boolean(),
    hasEnd: fc.boolean(),
    top: filler,
  })
  .map(({ sections, isWindows, hasEnd, top }) => {
    const text = `${top}\n${sections.map((one) => one.dotted).join("")}${sections.map((one) => one.table).join("")}`;
    const ended = hasEnd ? text : text.replace(/\n$/u, "");
    return isWindows ? ended.replaceAll("\n", "\r\n") : ended;
  });

describe("any file", () => {
  test("says what was set, and of all else byte for byte what it said", () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...typed), (before, [name, value, read]) => {
        const { path } = keyOf(name);
        const had = valueAt(tableOf(before), path) !== undefined;
        const after = set(before, name, value);
        expect(valueAt(tableOf(after), path)).toEqual(read);
        expect(without(tableOf(after), path)).toEqual(without(tableOf(before), path));
        const { removed, added } = difference(before, after);
        // A line, an empty one and a header before it at most; and the line breaks between them.
        expect(added.split("\n").length).toBeLessThanOrEqual(had ? 1 : 5);
        expect(had || removed === "").toBe(true);
        expect(added.includes("#") && !value.includes("#")).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("is what it was after a key is set and taken out again, when its table has a header", () => {
    fc.assert(
      fc.property(
        file,
        fc.constantFrom("log.max_file_bytes", "websocket.tls_cert"),
        (text, name) => {
          const before = text.endsWith("\n") ? text : `${text}\n`;
          const { path } = keyOf(name);
          const added = withKey(before, path, "8192");
          const removed = withoutKey("text" in added ? added.text : "", path);
          expect("text" in removed && removed.text.startsWith(before)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

function without(table: Table, path: readonly string[]): Table {
  const [first = "", ...rest] = path;
  const entries = Object.entries(table).flatMap(([name, value]): [string, unknown][] => {
    if (name !== first) return [[name, value]];
    const inner = isTable(value) && rest.length > 0 ? without(value, rest) : {};
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(
    entries.filter(([, value]) => !isTable(value) || Object.keys(value).length > 0),
  );
}

/** What stands between the longest common start and end. */
function difference(
  before: string,
  after: string,
): { readonly removed: string; readonly added: string } {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return {
    removed: before.slice(start, before.length - end),
    added: after.slice(start, after.length - end),
  };
}
