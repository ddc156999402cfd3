import { once } from "node:events";
import { chmod, mkdtemp, open, readdir, rm, stat, symlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AuditLog } from "../../src/audit/audit-log.ts";
import { ownPathSource, pathsOf } from "../../src/config/paths.ts";
import { makeFolders, privateFolder } from "../../src/config/private-files.ts";
import { serveControl } from "../../src/control/server.ts";
import { controlSocket } from "../../src/control/socket-path.ts";
import { PairingToken } from "../../src/devices/pairing-token.ts";
import { operatorToken } from "../../src/serve/operator-token.ts";

const nobody = 65_534;
const log = (): void => {};

/** Everything of a daemon that others must not reach, in a folder that they may enter. */
async function places() {
  const folder = await mkdtemp(join(tmpdir(), "fl-others-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const paths = pathsOf(ownPathSource(join(folder, "home")));
  const umask = process.umask(0);
  try {
    await makeFolders(paths);
    await operatorToken(paths.operatorTokenFile, log);
    const { tokenFile: file } = paths;
    await PairingToken.open({ file, configured: null, writeConfigured: async () => {}, log });
    using audit = new AuditLog({ folder: paths.logs, log });
    audit.add({ event: "made", device: null });
    const control = await serveControl({ path: controlSocket(paths), ops: {}, log });
    onTestFinished(() => control[Symbol.asyncDispose]());
  } finally {
    process.umask(umask);
  }
  for (const place of [folder, paths.data]) await chmod(place, 0o755);
  return { paths, folder };
}

test("whatever the umask, no file or folder of the daemon is open to others", async () => {
  const { paths } = await places();
  const files = [paths.operatorTokenFile, paths.tokenFile, controlSocket(paths)];
  files.push(join(paths.logs, "audit.jsonl"));
  for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
  for (const folder of [paths.state, paths.logs, paths.sockets ?? ""]) {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
});

test("another user reaches neither the sockets nor the secrets, though the folder above is open", async () => {
  const { paths } = await places();
  const isRoot = process.geteuid?.() === 0;
  const attempts = [
    () => once(connect(controlSocket(paths)), "connect"),
    () => open(paths.operatorTokenFile, "r"),
    () => open(paths.tokenFile, "r"),
    () => readdir(paths.logs),
    () => readdir(paths.state),
  ];
  // Who is not root cannot become another user: the folders' mode, above, has to do.
  if (isRoot) process.seteuid?.(nobody);
  try {
    for (const attempt of isRoot ? attempts : []) {
      await expect(attempt()).rejects.toMatchObject({ code: "EACCES" });
    }
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  await expect(once(connect(controlSocket(paths)), "connect")).resolves.toBeDefined();
});

test("a folder for sockets that somebody prepared in a public place is not used", async () => {
  const { folder } = await places();
  const planted = join(folder, "planted");
  await symlink(folder, planted);
  await expect(privateFolder(planted, { linkAllowed: false })).rejects.toThrow(
    "is a link that somebody made",
  );
  const lax = join(folder, "lax");
  await privateFolder(lax);
  await chmod(lax, 0o770);
  await expect(privateFolder(lax, { linkAllowed: false })).rejects.toThrow(
    "is open to other users",
  );
});
