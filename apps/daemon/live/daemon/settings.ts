import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quietConfig } from "./place.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** What is changed while it runs, and what stays after it. */
export const settings: readonly DaemonRow[] = [
  {
    id: "reload",
    sentence:
      "`reload` names what is in effect now and what waits for a restart; a file that is wrong ends with 1, names line and key, and changes nothing",
    async run(place) {
      await place.serve();
      assert.match(endedWith(await place.fairlead(["reload"]), 0).stdout, /Nothing has changed/);
      place.configure(`${quietConfig}\n[limits]\nstop_secs = 7\nagent_idle_minutes = 99\n`);
      const good = endedWith(await place.fairlead(["reload"]), 0).stdout;
      assert.match(good, /In effect now: limits\.stop_secs/);
      assert.match(good, /In effect after `fairlead restart`: limits\.agent_idle_minutes/);
      place.configure(`${quietConfig}\n[limits]\nstop_secs = "soon"\n`);
      const bad = endedWith(await place.fairlead(["reload"]), 1);
      assert.match(bad.stderr, /host\.toml:8: limits\.stop_secs: /);
      place.configure(`${quietConfig}\n[limits]\nstop_secs = 7\nagent_idle_minutes = 99\n`);
      const again = endedWith(await place.fairlead(["reload"]), 0).stdout;
      assert.doesNotMatch(again, /In effect now/);
    },
  },
  {
    id: "rotate",
    sentence: "`rotate` makes another pairing secret, and the file of it stays private",
    async run(place) {
      await place.serve();
      const one = endedWith(await place.fairlead(["rotate", "--json"]), 0).stdout;
      const token = readFileSync(place.paths.tokenFile, "utf8");
      const other = endedWith(await place.fairlead(["rotate", "--json"]), 0).stdout;
      assert.notEqual(one, other);
      assert.notEqual(readFileSync(place.paths.tokenFile, "utf8"), token);
      assert.equal(one.includes(token.trim()), false);
    },
  },
  {
    id: "install-nowhere",
    sentence:
      "`install` on a machine that has no service manager ends with 1 and a sentence, and leaves the daemon as it is; `uninstall` has nothing to do",
    onlyOn: "linux",
    async run(place) {
      const { pid } = await place.serve();
      const failed = endedWith(await place.fairlead(["install"]), 1);
      assert.match(failed.stderr, /have your system run `fairlead serve`/);
      assert.equal(existsSync(join(place.home, ".config", "systemd")), false);
      assert.match(
        endedWith(await place.fairlead(["uninstall"]), 0).stdout,
        /was not started at login/,
      );
      assert.equal((await place.status()).pid, pid);
    },
  },
  {
    id: "install-desktop",
    sentence:
      "`install` on a desktop without systemd writes an autostart entry, `status` tells of it, `uninstall` removes it and stops the daemon, which ran all the time",
    onlyOn: "linux",
    async run(place) {
      const env = { XDG_CURRENT_DESKTOP: "XFCE" };
      endedWith(await place.fairlead(["restart"], { env }), 0);
      endedWith(await place.fairlead(["install"], { env }), 0);
      const file = join(place.home, ".config", "autostart", "fairlead.desktop");
      assert.match(readFileSync(file, "utf8"), /^Exec=.*"serve"$/mu);
      const { stdout } = await place.fairlead(["status", "--json"], { env });
      assert.match(stdout, /"running": true[^]*"autostart": "desktop/);
      endedWith(await place.fairlead(["uninstall"], { env }), 0);
      assert.equal(existsSync(file), false);
      assert.equal(await place.pid(), null);
    },
  },
  {
    id: "usage",
    sentence: "a command or an option that does not exist ends with 2 and starts nothing",
    async run(place) {
      endedWith(await place.fairlead(["statsu"]), 2);
      endedWith(await place.fairlead(["status", "--jsno"]), 2);
      endedWith(await place.fairlead(["--data-dir", place.project, "status"]), 2);
      assert.equal(await place.pid(), null);
    },
  },
];
