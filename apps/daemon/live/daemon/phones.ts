import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Phone } from "@fairlead/transport-alleycat/testing";
import { z } from "zod";
import { replies } from "../../src/devices/replies.ts";
import { Litter } from "../alleycat/litter.ts";
import type { Place } from "./place.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** Phones come over iroh, from this machine alone. */
const phoneConfig =
  '[websocket]\nport = 0\n\n[alleycat]\ninternet = false\nbind = ["127.0.0.1:0"]\n';

/** What a phone scans. */
const Payload = z.object({
  v: z.literal(1),
  node_id: z.string(),
  token: z.string(),
  addrs: z.array(z.string()).min(1),
});

/** Phones made for Alleycat, and the daemon as it is installed. */
export const phones: readonly DaemonRow[] = [
  {
    id: "pair-payload",
    sentence:
      "`pair` prints what a phone scans, `--qr` its code as well; with no way in for phones it says how to switch one on",
    config: phoneConfig,
    async run(place) {
      await place.serve();
      const payload = await payloadOf(place);
      const { stdout } = endedWith(await place.fairlead(["pair", "--qr"]), 0);
      const [text = "", , ...code] = stdout.trimEnd().split("\n");
      assert.deepEqual(Payload.parse(JSON.parse(text)), payload);
      const widths = new Set(code.map((line) => line.length));
      const [width = 0] = widths;
      // Two rows of the code in one of text.
      assert.ok(widths.size === 1 && Math.abs(width - 2 * code.length) <= 1, stdout);
      assert.match(code.join(""), /^[ █▀▄]+$/u);
      endedWith(await place.fairlead(["config", "set", "alleycat.enabled", "false"]), 0);
      const none = endedWith(await place.fairlead(["pair"]), 0);
      assert.match(none.stderr, /config set alleycat\.enabled true/u);
      assert.equal(none.stdout, "");
    },
  },
  {
    id: "phone",
    sentence:
      "a phone scans what `pair` printed, waits for the yes on the terminal, lists agents, approves a command, comes back to what it missed, is seen in `devices list` and `status`, and is cut off by `devices revoke`, for good",
    config: phoneConfig,
    needsScreen: true,
    async run(place) {
      await place.serve();
      const payload = await payloadOf(place);
      const { token } = payload;
      await using phone = await Phone.open();
      const connection = await phone.dial(payload);
      const asked = connection.ask({ op: "list_agents", v: 1, token });
      {
        await using screen = await place.screen(["pair", "--name", "Pixel"]);
        await screen.shows(/wants in \(.*Let it in as drive\? \[y\/N\]/su);
        await screen.press("y");
        await screen.press("Enter");
        await screen.shows(/Pixel is paired, with the role drive\./u);
      }
      assert.match(JSON.stringify(await asked), /"name":"demo".*"available":true/u);

      const app = await Litter.open(connection, { token });
      const thread = await app.startThread(place.project);
      const nonce = randomUUID();
      await app.startTurn(thread, `run: printf ${nonce} > made ;; after`);
      await app.asked();
      assert.deepEqual(
        (await devices(place)).map(({ name, connected }) => ({ name, connected })),
        [{ name: "Pixel", connected: true }],
      );
      assert.equal((await place.status()).approvals.length, 1);
      assert.match((await place.fairlead(["status"])).stdout, /1 paired, 1 connected/u);
      connection.close();
      await app.ended();

      const made = join(place.project, "made");
      const back = await phone.dial(payload);
      const resumed = await Litter.connect(back, { token, lastSeq: app.lastSeq });
      assert.equal(resumed.session.attached, "resumed");
      assert.equal(existsSync(made), false);
      // Its question it has seen already.
      const { id } = await app.asked();
      await resumed.send({ id, result: { decision: "accept" } });
      assert.equal(await resumed.turnEnd(thread), "completed");
      assert.equal(readFileSync(made, "utf8"), nonce);
      assert.ok(resumed.seqs.every((seq) => seq > app.lastSeq));

      endedWith(await place.fairlead(["devices", "revoke", "Pixel"]), 0);
      await back.closed;
      await resumed.ended();
      const again = await phone.dial(payload);
      const connect = { op: "connect", v: 1, token, agent: "demo" };
      const refused = again.ask({ ...connect, resume: { last_seq: resumed.lastSeq } });
      // It waits as a stranger does, and is told so when the operator has another token.
      await place.fairlead(["rotate"]);
      assert.match(JSON.stringify(await refused), /"ok":false.*invalid token/u);
      assert.deepEqual(await again.ask(connect), { v: 1, ok: false, error: "invalid token" });
      assert.deepEqual(await devices(place), []);
    },
  },
  {
    id: "phone-view",
    sentence:
      "`pair --role view` lets the next phone in without a question, as one that may look: it reads, and a turn is refused with a sentence",
    config: phoneConfig,
    async run(place) {
      await place.serve();
      const { stdout } = endedWith(await place.fairlead(["pair", "--role", "view"]), 0);
      const payload = Payload.parse(JSON.parse(stdout));
      const { token } = payload;
      await using own = await place.client();
      const { thread } = await own.request("thread/start", { cwd: place.project });
      await own.runTurn({ threadId: thread.id, input: "hello" });
      await using phone = await Phone.open();
      const app = await Litter.open(await phone.dial(payload), { token });
      const { result } = await app.request("thread/read", { threadId: thread.id });
      assert.match(JSON.stringify(result), new RegExp(thread.id, "u"));
      await assert.rejects(app.startTurn(thread.id, "hello"), /role/u);
      await assert.rejects(app.startThread(place.project), /role/u);
      const [device] = await devices(place);
      assert.equal(device?.role, "view");
      // The window was for one.
      await using other = await Phone.open();
      const waits = (await other.dial(payload)).ask({ op: "list_agents", v: 1, token });
      await place.fairlead(["rotate"]);
      assert.match(JSON.stringify(await waits), /"ok":false/u);
    },
  },
  {
    id: "import-alleycat",
    sentence:
      "`import alleycat` takes over identity, token and settings: what `pair` prints has the old node id and token, and approvals stay on",
    config: phoneConfig,
    async run(place) {
      const secret = randomBytes(32);
      const token = randomBytes(32).toString("hex");
      const folder = (...names: readonly string[]): string => {
        const path = join(place.home, ...names, "alleycat");
        mkdirSync(path, { recursive: true });
        return path;
      };
      const key = join(folder(".local", "state"), "host.key");
      writeFileSync(key, secret.toString("hex"), { mode: 0o600 });
      const theirs = `token = "${token}"\n\n[session]\nidle_ttl_secs = 1234\n\n[agents.claude]\nbypass_permissions = true\n`;
      writeFileSync(join(folder(".config"), "host.toml"), theirs);

      const dry = endedWith(await place.fairlead(["import", "alleycat", "--dry-run"]), 0).stdout;
      assert.match(dry, /Would take over: the identity/u);
      assert.equal(existsSync(place.paths.identityFile), false);
      const { stdout } = endedWith(await place.fairlead(["import", "alleycat"]), 0);
      assert.match(stdout, /agents\.claude\.bypass_permissions: approvals stay on/u);
      assert.equal(stdout.includes(token), false);
      const idle = endedWith(await place.fairlead(["config", "get", "session.idle_secs"]), 0);
      assert.equal(idle.stdout.trim(), "1234");
      await place.serve();
      await using old = await Phone.open(secret);
      const payload = await payloadOf(place);
      assert.equal(payload.node_id, old.id);
      assert.equal(payload.token, token);
      assert.equal(readFileSync(key, "utf8"), secret.toString("hex"));
    },
  },
];

async function payloadOf(place: Place): Promise<z.infer<typeof Payload>> {
  const { stdout } = endedWith(await place.fairlead(["pair"]), 0);
  return Payload.parse(JSON.parse(stdout));
}

async function devices(place: Place): Promise<ReturnType<typeof replies.devices>> {
  const { stdout } = endedWith(await place.fairlead(["devices", "list", "--json"]), 0);
  return replies.devices(JSON.parse(stdout));
}
