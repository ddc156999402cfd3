import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { ownPathSource, pathsOf } from "../../src/config/paths.ts";
import { startDaemon } from "../../src/serve/daemon.ts";
import { openOperations } from "../../src/serve/operations.ts";
import { readOptions } from "../../src/serve/start-config.ts";

test("no token is in a log, whatever is logged: neither the first one, nor one of a rotation", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fl-secrets-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const paths = pathsOf(ownPathSource(folder));
  const loaded = await loadConfig(paths, readOptions);
  if (!loaded.ok) throw new Error("the defaults are not valid");
  const { config } = loaded;
  const tokens: string[] = [];
  {
    await using operations = await openOperations(paths, config);
    const { log } = operations;
    await using daemon = await startDaemon({
      paths,
      config,
      overrides: { port: null },
      isReachable: false,
      environment: async () => ({}),
      writeToken: async () => {},
      watcher: operations.watcher({}),
      operations: operations.requestHandler,
      log,
    });
    operations.follow(daemon);
    tokens.push(daemon.pairingToken());
    await daemon.authority.rotate();
    tokens.push(daemon.pairingToken());
    for (const token of tokens) log("warn", `seen ${token}`, { [token]: [`a ${token} b`] });
  }
  expect(new Set(tokens).size).toBe(2);
  const names = await readdir(paths.logs);
  const texts = await Promise.all(names.map((name) => readFile(join(paths.logs, name), "utf8")));
  expect(texts.join("")).toContain("seen [redacted]");
  for (const token of tokens) expect(texts.join("")).not.toContain(token);
});
