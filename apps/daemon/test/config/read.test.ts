import { describe, expect, test } from "vitest";
import { allAgentKeys } from "../../src/config/agent-keys.ts";
import { firstFile } from "../../src/config/first-file.ts";
import type { HostConfig } from "../../src/config/host-config.ts";
import { allKeys } from "../../src/config/keys.ts";
import { namedKey } from "../../src/config/named-key.ts";
import { readConfig, secretsOf } from "../../src/config/read.ts";
import { remarkLine } from "../../src/config/remark.ts";

const options = { agents: ["codex", "claude", "demo"], homedir: "/home/ada" };

function valid(text: string): HostConfig {
  const reading = readConfig(text, options);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

function problems(text: string): readonly string[] {
  const reading = readConfig(text, options);
  return reading.ok ? [] : reading.problems.map((one) => remarkLine("/x/host.toml", one));
}

function warnings(text: string): readonly string[] {
  const reading = readConfig(text, options);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.warnings.map((one) => remarkLine("/x/host.toml", one));
}

describe("the file of the first start", () => {
  test("is valid and says what holds anyway", () => {
    expect(valid(firstFile(options.agents))).toEqual(valid(""));
  });

  test("explains every key, and every example is valid once its # is gone", () => {
    const text = firstFile(options.agents);
    const head = text.slice(0, text.indexOf("# A second instance"));
    const tls = head.replaceAll(/^# (?=[a-z_]+ = )/gmu, "").replace('"..."', `"${"s".repeat(64)}"`);
    const config = valid(tls);
    expect(config).toMatchObject({ defaultAgent: "claude", cwd: "/home/ada/projects" });
    for (const { path } of [...allKeys, ...allAgentKeys]) {
      expect(tls).toMatch(new RegExp(`^${path.split(".").at(-1) ?? ""} = `, "mu"));
    }
  });

  test("keeps approvals on, and clients on this machine", () => {
    expect(valid("")).toMatchObject({
      policy: { approvals: "ask", sandbox: "workspace-write", approvalLimitMs: null },
      websocket: { host: "127.0.0.1" },
    });
  });
});

describe("the terminal", () => {
  const known = { ...options, agents: [...options.agents, "shell"] };
  const read = (text: string): ReturnType<typeof readConfig> => readConfig(text, known);
  const problemsOf = (text: string): string => {
    const reading = read(text);
    return reading.ok ? "" : reading.problems.map((one) => remarkLine("host.toml", one)).join("\n");
  };

  test("is off until the file says otherwise, also a second one, and the first file says so", () => {
    for (const text of ["", firstFile(known.agents), '[agents.shell.work]\nbin = "/bin/zsh"']) {
      const reading = read(text);
      const shells = reading.ok
        ? reading.config.agents.filter(({ agent }) => agent === "shell")
        : [];
      expect(new Set(shells.map(({ enabled }) => enabled))).toEqual(new Set([false]));
    }
    const on = read(firstFile(known.agents).replace("# enabled = false", "enabled = true"));
    expect(on.ok && on.config.agents.at(-1)).toMatchObject({ name: "shell", enabled: true });
    expect(namedKey("agents.shell.enabled", known.agents)).toMatchObject({ defaultText: "false" });
    expect(namedKey("agents.claude.enabled", known.agents)).toMatchObject({ defaultText: "true" });
  });

  test("is not said to be held by what does not hold it, and has no threads", () => {
    const text = '[agents.shell]\nenabled = true\nsandbox = "workspace-write"';
    expect(problemsOf(text)).toContain(
      "agents.shell.sandbox: nothing holds a terminal: remove the line; enabled = false keeps clients out",
    );
    expect(problemsOf('default_agent = "shell"')).toContain(
      "a terminal has no threads: use the name of an agent",
    );
  });
});

describe("values", () => {
  test("are turned into what the daemon counts in", () => {
    expect(
      valid(`
        [policy]
        approval_limit_minutes = 1.5
        roots = ["~", "/srv"]
        [session]
        idle_secs = 60
        [limits]
        stop_secs = 0
        agent_idle_minutes = 2
      `),
    ).toMatchObject({
      policy: { approvalLimitMs: 90_000, roots: ["/home/ada", "/srv"] },
      session: { idleMs: 60_000 },
      limits: { stopMs: 0, agentIdleMs: 120_000 },
    });
  });

  test("may stand in dotted keys, inline tables and a file of Windows", () => {
    const text = '\uFEFFwebsocket.port = 1\r\nlog = { level = "debug" }\r\n';
    expect(valid(text)).toMatchObject({ websocket: { port: 1 }, log: { level: "debug" } });
  });

  test.each([
    ["websocket.port = 70000", "host.toml:1: websocket.port: 70000 is not a port: use 0 to 65535"],
    ["websocket.port = 1.5", "host.toml:1: websocket.port: 1.5 is not a port: use 0 to 65535"],
    ['websocket.port = "1"', 'host.toml:1: websocket.port: "1" is not a port: use 0 to 65535'],
    [
      "websocket = 5",
      "host.toml:1: websocket: it is a table: write [websocket] on a line of its own",
    ],
    [
      '\n[policy]\n\napprovals = "never"',
      'host.toml:4: policy.approvals: "never" is unknown: use "ask", "auto"',
    ],
    [
      'policy.roots = "/srv"',
      'host.toml:1: policy.roots: "/srv" is not a list: use ["...", "..."]',
    ],
    ['cwd = "here"', 'host.toml:1: cwd: "here" is a relative path: begin it with / or ~/'],
    ['cwd = ""', "host.toml:1: cwd: it is empty: remove the line to leave it unset"],
    ['relay = "relay"', 'host.toml:1: relay: "relay" is not a URL: begin it with https://'],
    ['alleycat.bind = ["x"]', 'host.toml:1: alleycat.bind: "x" is not HOST:PORT'],
    [
      "[policy]\napproval_limit_minutes = 0",
      "host.toml:2: policy.approval_limit_minutes: 0 is not a number of minutes: use a number above 0, at most 10080",
    ],
    [
      'websocket.host = "0.0.0.0"',
      "host.toml:1: websocket.host: 0.0.0.0 is reached by other machines: set websocket.tls_cert and websocket.tls_key too, or use 127.0.0.1",
    ],
    [
      '[websocket]\ntls_cert = "/c"',
      "host.toml:2: websocket.tls_cert: it needs websocket.tls_key beside it",
    ],
    [
      'default_agent = "pi"',
      "host.toml:1: default_agent: there is no agent pi: use one of codex, claude, demo",
    ],
    [
      'default_agent = "claude"\nagents.claude.enabled = false',
      "host.toml:1: default_agent: claude is switched off: set agents.claude.enabled to true",
    ],
    [
      "session.ring_frames = 99\nsession.replay_max_msgs = 98",
      "host.toml:2: session.replay_max_msgs: it says the same as session.ring_frames: remove one of them",
    ],
  ])("%j is refused", (text, sentence) => {
    expect(problems(text)).toEqual([sentence]);
  });

  test("of secrets are not shown", () => {
    const sentences = [
      ...problems('token = "hunter2"'),
      ...problems("agents.demo.env.KEY = 123456"),
    ];
    expect(sentences).toHaveLength(2);
    expect(sentences.join()).not.toMatch(/hunter2|123456/u);
  });
});

describe("keys that do not exist", () => {
  test.each([
    ["[polcy]", "host.toml:1: polcy: there is no such key: did you mean policy?"],
    [
      "[policy]\naprovals = 1",
      "host.toml:2: policy.aprovals: there is no such key: did you mean policy.approvals?",
    ],
    ["port = 1", "host.toml:1: port: there is no such key: did you mean websocket.port?"],
    ["zzzzzzzz = 1", "host.toml:1: zzzzzzzz: there is no such key"],
    [
      "[agents.claude]\nsandbx = 1",
      "host.toml:2: agents.claude.sandbx: there is no such key: did you mean agents.claude.sandbox?",
    ],
    ["[agents.claud]", "host.toml:1: agents.claud: there is no such agent: did you mean claude?"],
    [
      "[agents.claude.work]\nenvv = {}",
      "host.toml:2: agents.claude.work.envv: there is no such key: did you mean agents.claude.work.env?",
    ],
  ])("%j is refused", (text, sentence) => {
    expect(problems(text)).toEqual([sentence]);
  });

  test("are told all at once, in the order of the file", () => {
    const text =
      "a = 1\n[websocket]\nport = -1\nx = 1\n[agents.claude]\ny = 1\n[agents.codex]\nbin = 1\n";
    expect(problems(text).map((sentence) => sentence.split(" ", 2).join(" "))).toEqual([
      "host.toml:1: a:",
      "host.toml:3: websocket.port:",
      "host.toml:4: websocket.x:",
      "host.toml:6: agents.claude.y:",
      "host.toml:8: agents.codex.bin:",
    ]);
  });
});

test.each([
  ["[log]\nlevel = debug\n", "host.toml:2: log.level: it is not valid TOML: "],
  ["\n[log\n", "host.toml:2: it is not valid TOML: "],
  ["[log]\nlevel = 'warn'\nlevel = 'warn'\n", "host.toml:3: log.level: it is not valid TOML: "],
  ["__proto__ = 1\n", "host.toml:1: __proto__: it is not valid TOML: "],
  ["\u0000\u0001", "host.toml:1: it is not valid TOML: "],
])("%j is no TOML, and its line is named", (text, start) => {
  const [sentence, ...others] = problems(text);
  expect(sentence?.startsWith(start)).toBe(true);
  expect(others).toEqual([]);
});

describe("agents", () => {
  test("have instances, which keep the limits of their agent unless they set their own", () => {
    const { agents } = valid(`
      [agents.claude]
      bin = "/opt/claude"
      approvals = "ask"
      env = { A = "1", B = "1" }
      [agents.claude.work]
      env.B = "2"
      sandbox = "read-only"
      [agents.claude.off]
      enabled = false
    `);
    expect(agents.map(({ name }) => name)).toEqual([
      "codex",
      "claude",
      "claude.work",
      "claude.off",
      "demo",
    ]);
    expect(agents[2]).toEqual({
      name: "claude.work",
      agent: "claude",
      acp: null,
      enabled: true,
      bin: "/opt/claude",
      env: { A: "1", B: "2" },
      roots: null,
      approvals: "ask",
      sandbox: "read-only",
    });
    expect(valid('default_agent = "claude.work"\n[agents.claude.work]').defaultAgent).toBe(
      "claude.work",
    );
  });

  test.each(["Work", "a/b", "../x", "w".repeat(40)])("cannot have an instance %j", (name) => {
    const [sentence] = problems(`[agents.claude."${name}"]`);
    expect(sentence).toContain("an instance cannot have this name");
  });
});

describe("transports", () => {
  test("are packages with options of their own", () => {
    const text =
      '[transports.tail]\npackage = "@x/tail"\nport = 3\n[transports.tail.deep]\na = [1]\n';
    expect(valid(text).transports).toEqual([
      { name: "tail", package: "@x/tail", options: { port: 3, deep: { a: [1] } } },
    ]);
  });

  test.each([
    [
      '[transports.tail]\npackage = "../x"',
      "host.toml:2: transports.tail.package: write package =",
    ],
    ["[transports.tail]\nport = 1", "host.toml:1: transports.tail: write package ="],
    ["[transports.alleycat]", "host.toml:1: transports.alleycat: the daemon has a transport"],
    ['[transports."a b"]', 'host.toml:1: transports."a b": a transport cannot have this name'],
  ])("%j is refused", (text, start) => {
    expect(problems(text).map((sentence) => sentence.slice(0, start.length))).toEqual([start]);
  });
});

describe("the file of Alleycat", () => {
  const token = "0123456789abcdef".repeat(4);
  const text = `
    token = "${token}"
    relay = "https://relay.example.com"
    [session]
    replay_max_msgs = 4096
    replay_max_bytes = 1048576
    idle_ttl_secs = 60
    pending_grace_secs = 60
    [agents.codex]
    enabled = true
    bin = "codex"
    host = "127.0.0.1"
    port = 8390
    [agents.amp]
    api_key_env = "AMP_API_KEY"
    dangerously_allow_all = true
    [agents.claude]
    enabled = false
    bin = "claude"
    bypass_permissions = true
    [agents.grok]
    always_approve = false
    no_leader = true
  `;

  test("is understood", () => {
    expect(valid(text)).toMatchObject({
      token,
      alleycat: { relay: "https://relay.example.com" },
      session: { ringFrames: 4096, ringBytes: 1_048_576, idleMs: 60_000 },
      agents: [{ bin: "codex" }, { enabled: false, bin: "claude" }, {}],
    });
  });

  test("never switches approvals off: it says what to write instead", () => {
    expect(valid(text).agents.map(({ approvals }) => approvals)).toEqual([null, null, null]);
    expect(warnings(text)).toContain(
      'host.toml:20: agents.claude.bypass_permissions: approvals stay on: to let clients of this agent switch them off, write approvals = "auto" in [agents.claude]',
    );
    expect(warnings("agents.claude.bypass_permissions = false")).toEqual([]);
  });

  test("says of each other key that it has no effect", () => {
    expect(warnings(text).map((sentence) => sentence.split(": ")[1])).toEqual([
      "session.pending_grace_secs",
      "agents.codex.host",
      "agents.codex.port",
      "agents.amp",
      "agents.claude.bypass_permissions",
      "agents.grok",
    ]);
  });
});

test("secrets of a configuration are known, so that no log shows them", () => {
  const config = valid(`
    token = "${"t".repeat(32)}"
    [agents.claude.work.env]
    ANTHROPIC_API_KEY = "sk-1"
    EDITOR = "vi"
  `);
  expect(secretsOf(config)).toEqual(["t".repeat(32), "sk-1"]);
});
