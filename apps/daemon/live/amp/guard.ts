import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderProgram, plugin } from "../../../../packages/bridge-amp/src/command.ts";
import { settingsWith } from "../../../../packages/bridge-amp/src/settings.ts";
import type { LiveContext } from "../context.ts";
import type { LiveScenario } from "../scenario.ts";
import { AmpServer, knowsTheUser } from "./server.ts";

interface Said {
  readonly code: number;
  readonly text: string;
}

/** Runs a program to its end. */
function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({ code, text: `${stdout}${stderr}` });
    });
    child.stdin?.end();
  });
}

/** A private folder as the bridge makes one, and the real Amp in it. */
async function guarded(live: LiveContext, users: object = {}) {
  const folder = join(live.folder, "private");
  const env = { ...live.stage.environment(live.folder) };
  const permission = join(folder, "amp", "fairlead", "permission");
  const made = await run("sh", [folderProgram, "make", folder], live.folder, {
    ...env,
    FAIRLEAD_AMP_ASK: JSON.stringify({ url: "http://127.0.0.1:9", token: "", cwd: live.folder }),
    FAIRLEAD_AMP_MCP: "{}",
    FAIRLEAD_AMP_SETTINGS: JSON.stringify(settingsWith({ ...users }, permission)),
    FAIRLEAD_AMP_PLUGIN: plugin,
  });
  assert.equal(made.code, 0, made.text);
  const own = { ...env, XDG_CONFIG_HOME: folder };
  return {
    folder,
    amp: (...args: readonly string[]) => run(live.agent.command, args, live.folder, own),
    /** What the permission engine says of a call. */
    engine: async (tool: string, ...args: readonly string[]): Promise<number> => {
      const settings = join(folder, "amp", "settings.json");
      const words = ["permissions", "test", tool, ...args, "--quiet", "--settings-file", settings];
      return (await run(live.agent.command, words, live.folder, own)).code;
    },
  };
}

/** Resolves when there is such a file in one of the folders; the row's time limit ends a wait in vain. */
async function appears(folders: string, file: string): Promise<void> {
  for (;;) {
    const names = await readdir(folders).catch(() => []);
    if (names.some((name) => existsSync(join(folders, name, file)))) return;
    await sleep(50);
  }
}

const allowed = 0;
const rejected = 2;

const calls: readonly (readonly [string, ...string[]])[] = [
  ["shell_command", "--command", "rm -rf x"],
  ["apply_patch", "--patchText", "x"],
  ["Read", "--path", "a"],
  ["Task", "--prompt", "x"],
  ["mcp__probe__say_back", "--text", "x"],
];

/** That nothing runs unasked, as far as the real program shows it without its server. */
export const guard: readonly LiveScenario[] = [
  {
    id: "engine-without-plugin",
    sentence:
      "With the bridge's settings Amp's permission engine rejects every tool as long as the plugin has not reported.",
    async run(live) {
      const { engine } = await guarded(live);
      for (const call of calls) assert.equal(await engine(...call), rejected, call.join(" "));
    },
  },
  {
    id: "engine-with-plugin",
    sentence:
      "Once the plugin has reported, the engine leaves the question to it: except for what the user's own settings reject.",
    async run(live) {
      const rules = [
        { tool: "Bash", action: "allow" },
        { tool: "web_search", action: "reject" },
      ];
      const { engine, folder } = await guarded(live, { "amp.permissions": rules });
      assert.equal(await engine("Bash", "--cmd", "ls"), rejected);
      await writeFile(join(folder, "amp", "fairlead", "asked"), "");
      assert.equal(await engine("Bash", "--cmd", "ls"), allowed);
      assert.equal(await engine("web_search", "--query", "x"), rejected);
    },
  },
  {
    id: "engine-fails-closed",
    sentence:
      "When the program that Amp's permission engine asks is gone, is ended or ends oddly, every call is rejected, also when the plugin has reported.",
    async run(live) {
      const { engine, folder } = await guarded(live);
      const own = join(folder, "amp", "fairlead");
      await writeFile(join(own, "asked"), "");
      assert.equal(await engine("Bash", "--cmd", "ls"), allowed);
      const start = "#!/bin/sh\ncat >/dev/null\n";
      for (const end of ["kill -9 $$", "exit 7", "exit 127"]) {
        await writeFile(join(own, "permission"), `${start}${end}\n`);
        assert.equal(await engine("Bash", "--cmd", "ls"), rejected, end);
      }
      await rm(join(own, "permission"));
      assert.equal(await engine("Bash", "--cmd", "ls"), rejected, "no program");
    },
  },
  {
    id: "engine-of-project",
    sentence: "Settings of the project do not take the place of the bridge's.",
    async run(live) {
      await mkdir(live.path(".amp"));
      const rules = { "amp.permissions": [{ tool: "*", action: "allow" }] };
      await writeFile(live.path(".amp/settings.json"), JSON.stringify(rules));
      const { engine } = await guarded(live);
      assert.equal(await engine("Bash", "--cmd", "ls"), rejected);
    },
  },
  {
    id: "plugins-beside-ours",
    sentence:
      "Amp loads the bridge's plugin from its private folder, beside the user's own plugins, whose folder stays as it is.",
    async run(live) {
      const server = live.own(await AmpServer.start(knowsTheUser));
      const config = join(live.folder, "config");
      const theirs = join(config, "amp", "plugins");
      await mkdir(join(config, "git"), { recursive: true });
      await mkdir(theirs, { recursive: true });
      await writeFile(join(config, "git", "config"), "[user]\n");
      await writeFile(
        join(theirs, "mine.ts"),
        "export default (amp) => amp.on('session.start', () => {});\n",
      );
      live.environment({ AMP_URL: server.url, XDG_CONFIG_HOME: config });
      const { amp, folder } = await guarded(live);
      const { text } = await amp("plugins", "list");
      assert.match(text, /mine\.ts active/u);
      // Nobody listens for it here: it fails, and says so, rather than let calls pass.
      assert.match(text, /fairlead\.ts/u);
      assert.doesNotMatch(text, /fairlead\.ts active/u);
      assert.equal(await readFile(join(folder, "git", "config"), "utf8"), "[user]\n");
    },
  },
  {
    id: "plugin-reports-first",
    sentence:
      "In a real start of Amp's the plugin reports to the bridge before Amp has been given the prompt; an interrupt then ends it and its private folder.",
    async run(live) {
      const server = live.own(await AmpServer.start(knowsTheUser));
      const cache = join(live.folder, "cache");
      live.environment({ AMP_URL: server.url, XDG_CACHE_HOME: cache });
      const thread = await live.start();
      const turnId = await live.begin(thread, "hello");
      const all = join(cache, "fairlead", "amp");
      // What the plugin leaves where the bridge has answered it.
      await appears(all, join("amp", "fairlead", "asked"));
      assert.deepEqual(await readdir(all).then((names) => names.length), 1);
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      const turn = await live.ended(thread, turnId);
      assert.equal(turn.status, "interrupted");
      assert.deepEqual(await readdir(all), []);
      assert.ok(server.asked.includes("getUserInfo"));
    },
  },
];
