import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import {
  type ClientName,
  claudeEnvironment,
  installAgent,
  installClient,
  startMockLlm,
} from "@fairlead/testkit";
import { Owned } from "../../src/serve/owned.ts";
import { fairleadCommand } from "../fairlead-command.ts";
import type { LiveLane, LiveRow } from "../lane.ts";
import { streamTurn } from "./stream-turn.ts";

interface ProviderRow extends LiveRow {
  readonly id: ClientName;
}

const rows: readonly ProviderRow[] = [
  {
    id: "ai-sdk-provider-codex-app-server",
    sentence: "It takes `fairlead app-server` for codex and streams a turn of Claude's.",
  },
  {
    id: "ai-sdk-provider-codex-cli",
    sentence: "Its `createCodexAppServer` does, with `app-server --listen stdio://`.",
  },
];

/**
 * The codex providers of the AI SDK, with the real Claude Code behind `fairlead app-server` for
 * their codex.
 */
export const aiSdkLane: LiveLane = {
  name: "ai-sdk",
  rows,
  atOnce: 1,
  async open() {
    const claude = await installAgent("claude");
    if (!claude.ok) return claude;
    const clients = await Promise.all(rows.map(({ id }) => installClient(id)));
    const missing = clients.find((client) => !client.ok);
    if (missing?.ok === false) return missing;
    const installed = clients.flatMap((client) => (client.ok ? [client] : []));
    const folderOf = new Map(installed.map(({ name, folder }) => [name, folder]));
    const versions = installed.map(({ name, version }) => `${name} ${version}`);
    const owned = new Owned();
    const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-ai-sdk-")));
    owned.add({
      [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
    });
    const mock = owned.add(await startMockLlm());
    const home = join(root, "home");
    await mkdir(home);
    const codexPath = await wrapper(root);
    const env = {
      ...claudeEnvironment({ home, mockUrl: mock.url }),
      FAIRLEAD_AGENT: "claude",
      FAIRLEAD_HOME: join(root, "data"),
      // No login shell, which would put the machine's own PATH in place of this one.
      SHELL: "",
      PATH: [dirname(claude.command), process.env["PATH"] ?? ""].join(delimiter),
    };
    return {
      ok: true,
      title: `ai-sdk (${versions.join(", ")})`,
      lane: {
        async run(id, signal) {
          const row = rows.find((candidate) => candidate.id === id);
          const folder = row === undefined ? undefined : folderOf.get(row.id);
          if (row === undefined || folder === undefined) throw new Error(`no scenario ${id}`);
          const cwd = await mkdtemp(join(root, "project"));
          const seed = randomUUID().slice(0, 8);
          const prompt = `slow: 4 ${seed}-`;
          const turn = { name: row.id, folder, codexPath, cwd, prompt, env, signal };
          const deltas = await streamTurn(turn);
          // The mock counts; the prompt has no number behind the seed.
          assert.equal(deltas.join("").trim(), [1, 2, 3, 4].map((n) => `${seed}-${n}`).join(" "));
          assert.ok(deltas.length > 1, `one delta alone: ${JSON.stringify(deltas)}`);
        },
        [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
      },
    };
  },
};

/** What the providers start in place of codex: they take the path of one program. */
async function wrapper(folder: string): Promise<string> {
  const path = join(folder, "codex");
  const words = fairleadCommand.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  await writeFile(path, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  await chmod(path, 0o755);
  return path;
}
