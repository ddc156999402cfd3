import { describe, expect, test } from "vitest";
import { firstFile } from "../../src/config/first-file.ts";
import { namedKey } from "../../src/config/named-key.ts";
import { readConfig } from "../../src/config/read.ts";
import { diffConfig } from "../../src/config/reload.ts";
import { remarkLine } from "../../src/config/remark.ts";
import { agentNames } from "../../src/registry.ts";

const read = (text: string) => readConfig(text, { agents: agentNames, homedir: "/home/ada" });

function agentsOf(text: string) {
  const reading = read(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.config.agents;
}

describe("[agents.acp.NAME]", () => {
  test("is an agent of a preset, or of a command, with the limits of any other", () => {
    const agents = agentsOf(`
      [agents.acp.codex-acp]
      preset = "codex-acp"
      sandbox = "read-only"
      [agents.acp.mine]
      command = "~/bin/mine"
      args = ["serve", "--acp"]
      env = { MINE_KEY = "k" }
    `);
    expect(agents.filter(({ acp }) => acp !== null)).toMatchObject([
      {
        name: "codex-acp",
        enabled: true,
        sandbox: "read-only",
        acp: { preset: "codex-acp", command: null, args: null },
      },
      {
        name: "mine",
        env: { MINE_KEY: "k" },
        acp: { preset: null, command: "/home/ada/bin/mine", args: ["serve", "--acp"] },
      },
    ]);
    const names = agents.map(({ name }) => name);
    expect(names.indexOf("mine")).toBeGreaterThan(names.indexOf("devin"));
    expect(names.slice(-2)).toEqual(["demo", "shell"]);
  });

  test.each([
    ["[agents.acp.mine]", "1: agents.acp.mine: it does not say what to start: write preset = "],
    [
      '[agents.acp.mine]\npreset = "x"',
      '2: agents.acp.mine.preset: "x" is unknown: use "gemini", ',
    ],
    [
      '[agents.acp.mine]\ncommand = "a"\ncomand = "b"',
      "3: agents.acp.mine.comand: there is no such key: did you mean agents.acp.mine.command?",
    ],
    [
      '[agents.acp.claude]\npreset = "gemini"',
      "1: agents.acp.claude: the name claude is taken: choose another one, or set it up in [agents.claude]",
    ],
    ['[agents.acp."My Agent"]\ncommand = "a"', "an agent cannot have this name: use small letters"],
    ['[agents.acp.mine]\ncommand = "./a"', '"./a" is a relative path: begin it with / or ~/'],
    ['[agents.acp.mine]\ncommand = "a"\nargs = "b"', '"b" is not a list: use ["...", "..."]'],
    ['[agents.acp.mine]\ncommand = "a"\nbin = "b"', "agents.acp.mine.bin: there is no such key"],
    ["[agents]\nacp = 5", "2: agents.acp: it is a table: write [agents.acp] on a line of its own"],
  ])("%j is refused, with line and key", (text, sentence) => {
    const reading = read(text);
    const problems = reading.ok ? [] : reading.problems;
    const told = problems.map((one) => remarkLine("host.toml", one)).join("\n");
    expect(told).toContain(sentence);
  });

  test("can be what somebody without a choice gets, and is explained in the first file", () => {
    const text = 'default_agent = "mine"\n[agents.acp.mine]\ncommand = "mine"';
    expect(read(text)).toMatchObject({ ok: true, config: { defaultAgent: "mine" } });
    const example = firstFile(agentNames).split("# [agents.acp.NAME]\n")[1]?.split("\n\n")[0] ?? "";
    const uncommented = example.replaceAll(/^# /gmu, "");
    expect(
      agentsOf(`[agents.acp.mine]\n${uncommented}`).find(({ name }) => name === "mine"),
    ).toBeDefined();
  });

  test("has keys that a command can set, and changes of it are told", () => {
    const agents = ["claude"];
    expect(namedKey("agents.acp.mine.args", agents)).toMatchObject({ notation: "list" });
    expect(namedKey("agents.acp.mine.env.KEY", agents)).toMatchObject({
      notation: "text",
      isSecret: true,
    });
    expect(namedKey("agents.acp.mine.bin", agents)).toContain("write agents.acp.NAME.KEY");
    const config = (args: string) => {
      const reading = read(`[agents.acp.mine]\ncommand = "mine"\n${args}`);
      if (!reading.ok) throw new Error("it is valid");
      return reading.config;
    };
    const { live } = diffConfig(config(""), config('args = ["--acp"]'));
    expect(live).toEqual([{ key: "agents.acp.mine.args", what: "changed" }]);
  });
});
