import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Place } from "./place.ts";
import { type DaemonRow, endedWith } from "./row.ts";

const newest = "99.0.0";
const dependencies = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** How a newer version takes over. */
export const upgrades: readonly DaemonRow[] = [
  {
    id: "upgrade",
    sentence:
      "`upgrade` installs the newest version of the registry under the prefix it was installed with, and the daemon is the new one; a second time there is nothing to do",
    async run(place) {
      const main = installed(place);
      await using source = await packages(place, "whole");
      const { env } = source;
      endedWith(await place.fairlead(["restart"], { main, env }), 0);
      const before = await place.status();
      const check = endedWith(await place.fairlead(["upgrade", "--check"], { main, env }), 0);
      assert.match(check.stdout, /99\.0\.0 is out; this is /);
      assert.equal((await place.status()).pid, before.pid);
      endedWith(await place.fairlead(["upgrade"], { main, env }), 0);
      const after = await place.status();
      assert.equal(after.version, newest);
      assert.notEqual(after.pid, before.pid);
      const again = endedWith(await place.fairlead(["upgrade"], { main, env }), 0);
      assert.match(again.stdout, /nothing to do/);
      assert.equal((await place.status()).pid, after.pid);
    },
  },
  {
    id: "upgrade-fails",
    sentence:
      "an `upgrade` whose download is damaged, or whose registry does not answer, ends with 1 and what npm says, and the daemon goes on",
    async run(place) {
      const main = installed(place);
      await using source = await packages(place, "damaged");
      const { env } = source;
      endedWith(await place.fairlead(["restart"], { main, env }), 0);
      const { pid, version } = await place.status();
      const damaged = endedWith(await place.fairlead(["upgrade"], { main, env }), 1);
      assert.match(damaged.stderr, /npm install .*failed: [^]*(EINTEGRITY|integrity)/);
      await source[Symbol.asyncDispose]();
      const silent = endedWith(await place.fairlead(["upgrade"], { main, env }), 1);
      assert.match(silent.stderr, /`npm .*` failed: [^]*ECONNREFUSED/);
      const now = await place.status();
      assert.deepEqual([now.pid, now.version], [pid, version]);
      assert.match(
        endedWith(await place.fairlead(["--version"], { main }), 0).stdout,
        new RegExp(version),
      );
    },
  },
  {
    id: "upgrade-elsewhere",
    sentence:
      "an `upgrade` of what npm did not install ends with 1 and says how to upgrade instead",
    async run(place) {
      await using source = await packages(place, "whole");
      const failed = endedWith(await place.fairlead(["upgrade"], { env: source.env }), 1);
      assert.match(failed.stderr, /was not installed by `npm i -g`: .*`fairlead restart`/);
    },
  },
];

/** Puts the program where `npm i -g` does; what it imports lies beside it. Path of its command. */
function installed(place: Place): string {
  const modules = join(place.root, "prefix", "lib", "node_modules");
  const own = join(modules, "@fairlead", "daemon");
  copyPackage(place, own);
  for (const name of readdirSync(dependencies)) {
    if (name.startsWith(".")) continue;
    if (!name.startsWith("@")) symlinkSync(join(dependencies, name), join(modules, name));
    else {
      mkdirSync(join(modules, name), { recursive: true });
      for (const inner of readdirSync(join(dependencies, name))) {
        symlinkSync(join(dependencies, name, inner), join(modules, name, inner));
      }
    }
  }
  const command = join(place.root, "prefix", "bin", "fairlead");
  mkdirSync(dirname(command));
  symlinkSync("../lib/node_modules/@fairlead/daemon/dist/main.js", command);
  return command;
}

function copyPackage(place: Place, folder: string, version?: string): void {
  cpSync(dirname(place.main), join(folder, "dist"), { recursive: true });
  const manifest = readFileSync(join(dirname(place.main), "..", "package.json"), "utf8");
  const { version: current } = versionIn(manifest);
  const { name, type, bin } = {
    name: "@fairlead/daemon",
    type: "module",
    bin: { fairlead: "./dist/main.js" },
  };
  // Without dependencies: nothing but the package itself comes from the source of packages.
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name, type, bin, version: version ?? current }),
  );
}

function versionIn(manifest: string): { readonly version: string } {
  const [, version = ""] = /"version": "([^"]+)"/u.exec(manifest) ?? [];
  return { version };
}

interface PackageSource extends AsyncDisposable {
  /** Makes npm ask there, and keep nothing of it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A source of packages on this machine that has one package. */
async function packages(place: Place, state: "whole" | "damaged"): Promise<PackageSource> {
  const folder = join(place.root, "newest");
  copyPackage(place, folder, newest);
  execFileSync("npm", ["pack", "--silent"], {
    cwd: folder,
    env: { ...process.env, HOME: place.home },
  });
  const tarball = readFileSync(join(folder, `fairlead-daemon-${newest}.tgz`));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const server: Server = createServer((request, response) => {
    const { port } = portOf(server);
    if (request.url?.endsWith(".tgz") === true) {
      response.end(state === "whole" ? tarball : Buffer.concat([tarball, Buffer.from("x")]));
      return;
    }
    const dist = { tarball: `http://127.0.0.1:${port}/daemon.tgz`, integrity };
    const bin = { fairlead: "./dist/main.js" };
    const version = { name: "@fairlead/daemon", version: newest, bin, dist };
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        name: "@fairlead/daemon",
        "dist-tags": { latest: newest },
        versions: { [newest]: version },
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    env: {
      npm_config_registry: `http://127.0.0.1:${portOf(server).port}`,
      npm_config_cache: join(place.root, "npm-cache"),
      npm_config_userconfig: join(place.root, "npmrc"),
      npm_config_fetch_retries: "0",
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function portOf(server: Server): { readonly port: number } {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it does not listen");
  return address;
}
