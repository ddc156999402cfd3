import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { codexScript } from "../../test/codex/fake-codex.ts";
import { type Place, quietConfig } from "./place.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** What every colour begins with. */
const escape = "\u001B";

/** How many programs run at a time. */
const atOnce = 4;

/** What all commands have in common, and those that need no daemon. */
export const commandLine: readonly DaemonRow[] = [
  {
    id: "help",
    sentence:
      "`--help` of every command and every group of them ends with 0 and shows an example, without colours",
    config: null,
    async run(place) {
      const script = endedWith(await place.fairlead(["completion", "bash"]), 0).stdout;
      const commands = [...script.matchAll(/^ {4}"([a-z -]*)"\) words=/gmu)].map(
        ([, path = ""]) => path,
      );
      for (const known of ["", "pair", "devices revoke", "config edit", "app-server"]) {
        assert.ok(commands.includes(known), `${known} is not among ${commands.join(", ")}`);
      }
      await each(commands, async (command) => {
        const words = command === "" ? [] : command.split(" ");
        const { stdout } = endedWith(await place.fairlead([...words, "--help"]), 0);
        assert.match(stdout, /\nExamples?:\n {2}\$ /u, `\`fairlead ${command} --help\``);
        assert.equal(stdout.includes(escape), false, stdout);
      });
      assert.deepEqual(readdirSync(place.home), []);
    },
  },
  {
    id: "usage-below",
    sentence:
      "a word, an option or a value that a command does not know ends with 2 and a sentence, and makes nothing",
    config: null,
    async run(place) {
      const wrong = [
        ["devices", "lisd"],
        ["devices", "role", "phone", "view", "more"],
        ["stop", "soon"],
        ["agents", "lisd"],
        ["config", "lisd"],
        ["config", "get", "websocket.prot"],
        ["import", "lisd"],
        ["completion", "tcsh"],
        ["pair", "--role", "boss"],
        ["logs", "-n", "many"],
        ["audit", "-n", "-1"],
        ["probe", "--params", "{"],
        ["serve", "--port", "70000"],
        ["demo", "--answer", "perhaps"],
      ];
      await each(wrong, async (words) => {
        assert.match(endedWith(await place.fairlead(words), 2).stderr, /\w/u);
      });
      assert.deepEqual(readdirSync(place.home), []);
    },
  },
  {
    id: "json",
    sentence:
      "what `--json` prints is one JSON value; what is printed to a pipe has no colours, with it or without",
    async run(place) {
      await place.serve();
      const commands = [
        ["status"],
        ["agents", "list"],
        ["agents", "doctor"],
        ["devices", "list"],
        ["devices", "add", "Build"],
        ["rotate"],
        ["reload"],
        ["doctor"],
        ["config", "get"],
        ["config", "get", "websocket.port"],
      ];
      await each(commands, async (words) => {
        // What `doctor` says of this machine is no matter here.
        const json = await place.fairlead([...words, "--json"]);
        assert.ok(json.code === 0 || words[0] === "doctor", json.stderr);
        JSON.parse(json.stdout);
        const { stdout, stderr } = await place.fairlead(words);
        const all = json.stdout + json.stderr + stdout + stderr;
        assert.equal(all.includes(escape), false, all);
        assert.match(stdout, /\w/u);
      });
    },
  },
  {
    id: "completion",
    sentence:
      "`completion` prints what bash completes commands, sub-commands and values of options by; zsh and fish take theirs, where they are installed",
    config: null,
    async run(place) {
      const file = async (shell: string): Promise<string> => {
        const path = join(place.project, `completion.${shell}`);
        writeFileSync(path, endedWith(await place.fairlead(["completion", shell]), 0).stdout);
        return path;
      };
      const bash = await file("bash");
      const completed = (...words: readonly string[]): readonly string[] => {
        const script =
          'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fairlead; printf "%s\\n" "${COMPREPLY[@]}"';
        const argv = ["--norc", "-c", script, "bash", bash, "fairlead", ...words];
        return execFileSync("bash", argv, { encoding: "utf8" }).trim().split("\n");
      };
      assert.ok(["pair", "status", "tui", "--help"].every((word) => completed("").includes(word)));
      assert.deepEqual(completed("devices", "re"), ["revoke", "rename"]);
      assert.deepEqual(completed("pair", "--role", ""), ["view", "approve", "drive", "admin"]);
      const checks = { zsh: ["-n"], fish: ["--no-execute"] } as const;
      for (const shell of ["zsh", "fish"] as const) {
        const checked = spawnSync(shell, [...checks[shell], await file(shell)]);
        assert.ok(checked.error !== undefined || checked.status === 0, String(checked.stderr));
      }
    },
  },
  {
    id: "config",
    sentence:
      "`config set`, `unset` and `edit` change a line and leave comments; what would not be valid ends with 2 and changes nothing; `get` and `path` say what holds",
    config: `# Mine.\n${quietConfig}`,
    async run(place) {
      const { configFile } = place.paths;
      const fairlead = async (...words: readonly string[]): Promise<string> =>
        endedWith(await place.fairlead(["config", ...words]), 0).stdout.trim();
      assert.equal(await fairlead("path"), configFile);
      assert.match(await fairlead("set", "policy.approvals", "auto"), /from the next start/u);
      assert.equal(await fairlead("get", "policy.approvals"), "auto");
      assert.equal(await fairlead("get", "policy.approvals", "--json"), '"auto"');
      await fairlead("unset", "policy.approvals");
      assert.equal(await fairlead("get", "policy.approvals"), "ask");
      const before = place.configText();
      assert.match(before, /^# Mine\.\n/u);
      const wrong = await place.fairlead(["config", "set", "websocket.port", "70000"]);
      assert.match(endedWith(wrong, 2).stderr, /websocket\.port/u);
      assert.equal(place.configText(), before);

      const edit = (text: string): ReturnType<Place["fairlead"]> => {
        const editor = join(place.root, "editor.sh");
        writeFileSync(editor, `printf '${text}' >> "$1"\n`);
        return place.fairlead(["config", "edit"], { env: { EDITOR: `sh "${editor}"` } });
      };
      const failed = endedWith(await edit("\\n[log]\\nlevel = 7\\n"), 2);
      assert.match(failed.stderr, /log\.level/u);
      assert.equal(place.configText(), before);
      endedWith(await edit('\\n[log]\\nlevel = "debug"\\n'), 0);
      assert.equal(place.configText(), `${before}\n[log]\nlevel = "debug"\n`);
      assert.equal(await fairlead("get", "log.level"), "debug");
    },
  },
  {
    id: "doctor",
    sentence:
      "`doctor` ends with 0 on a machine where all is well; with a wrong host.toml and a port that is taken it ends with 1 and names both",
    async run(place) {
      const codex = join(place.root, "codex");
      writeFileSync(codex, `#!/bin/sh\n${codexScript("0.169.0", "exit 0")}\n`, { mode: 0o755 });
      place.configure(`${quietConfig}\n[agents.codex]\nbin = "${codex}"\n`);
      await place.serve();
      const well = endedWith(await place.fairlead(["doctor"]), 0).stdout;
      assert.match(well, /ok daemon .* runs version/u);
      assert.match(well, /ok agents .*codex/u);
      const taken = new URL(await place.webSocketUrl()).port;
      endedWith(await place.fairlead(["stop"]), 0);
      const other = createServer().listen(Number(taken), "127.0.0.1");
      try {
        place.configure(quietConfig.replace("port = 0", `port = ${taken}`));
        await place.serve();
        place.configure("[websocket]\nport = 70000\n");
        const { stdout } = endedWith(await place.fairlead(["doctor", "--json"]), 1);
        const Findings = z.array(
          z.object({ subject: z.string(), state: z.string(), detail: z.string() }),
        );
        const bad = Findings.parse(JSON.parse(stdout)).filter(({ state }) => state === "bad");
        const told = (subject: string): string =>
          bad.find((finding) => finding.subject === subject)?.detail ?? "";
        assert.match(told("host.toml"), /host\.toml:2: websocket\.port/u);
        assert.match(told("websocket"), new RegExp(taken, "u"));
      } finally {
        other.close();
      }
    },
  },
  {
    id: "demo",
    sentence:
      "`demo` plays a turn with an approval through a daemon of its own, ends with 0 and leaves nothing behind",
    config: null,
    async run(place) {
      const { stdout } = endedWith(await place.fairlead(["demo"]), 0);
      assert.match(stdout, /demo +yes +\S+ +completed/u);
      assert.equal(stdout.includes(escape), false, stdout);
      assert.deepEqual(readdirSync(place.home), []);
      assert.deepEqual(readdirSync(join(place.root, "t")), []);
      assert.equal(await place.pid(), null);
    },
  },
];

async function each<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await run(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
