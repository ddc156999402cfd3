import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { CodexClient } from "@fairlead/client";
import { stdioTransport } from "@fairlead/bridge-core/transport";
import { replies } from "../../src/devices/replies.ts";
import { type Place, quietConfig } from "./place.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** What an operator adds: instances of agents, and other ways in. */
export const additions: readonly DaemonRow[] = [
  {
    id: "instance",
    sentence:
      "an instance of an agent is one of its own: with its environment, its threads and its folders; switched off it is gone at once, and the others go on",
    async run(place) {
      const root = join(place.root, "work");
      mkdirSync(root);
      place.configure(
        `${quietConfig}\n[agents.demo.work]\nenv = { WHOSE = "work" }\nroots = ["${root}"]\n`,
      );
      await place.serve();
      const available = async (): Promise<readonly string[]> =>
        (await place.status()).agents.filter((one) => one.available).map(({ name }) => name);
      assert.ok((await available()).includes("demo.work"));
      await using plain = await place.client();
      await using work = await place.client({}, "demo.work");
      for (const client of [plain, work]) {
        client.onServerRequest("item/commandExecution/requestApproval", () => ({
          decision: "accept",
        }));
      }
      const input = 'run: printf "${WHOSE-nobody}" > whose';
      const first = await plain.request("thread/start", { cwd: place.project });
      await plain.runTurn({ threadId: first.thread.id, input });
      assert.equal(readFileSync(join(place.project, "whose"), "utf8"), "nobody");
      const second = await work.request("thread/start", { cwd: root });
      await work.runTurn({ threadId: second.thread.id, input });
      assert.equal(readFileSync(join(root, "whose"), "utf8"), "work");
      const listed = async (client: CodexClient): Promise<readonly string[]> =>
        (await client.request("thread/list", {})).data.map(({ id }) => id);
      assert.deepEqual(await listed(plain), [first.thread.id]);
      assert.deepEqual(await listed(work), [second.thread.id]);
      await assert.rejects(
        work.request("thread/start", { cwd: place.project }),
        new RegExp(place.project, "u"),
      );

      const off = ["config", "set", "agents.demo.work.enabled", "false"];
      const { stdout } = endedWith(await place.fairlead(off), 0);
      assert.match(stdout, /In effect now: agents\.demo\.work\.enabled/u);
      assert.equal((await available()).includes("demo.work"), false);
      await assert.rejects(place.client({}, "demo.work"));
      await assert.rejects(work.request("turn/start", { threadId: second.thread.id, input: [] }));
      const { turn } = await plain.runTurn({ threadId: first.thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
      endedWith(await place.fairlead([...off.slice(0, 3), "true"]), 0);
      await using back = await place.client({}, "demo.work");
      assert.deepEqual(await listed(back), [second.thread.id]);
    },
  },
  {
    id: "transport",
    sentence:
      "a transport of somebody else, a file named in host.toml, lets a client with the right token have a turn; one without it gets the refusal",
    async run(place) {
      const file = transportFile(place);
      place.configure(`${quietConfig}\n[transports.mine]\npackage = "${file}"\ngreeting = "hi"\n`);
      await place.serve();
      const { listeners } = await place.status();
      const mine = listeners.find(({ name }) => name === "mine");
      const [, port = ""] = /^tcp:\/\/127\.0\.0\.1:(\d+)#hi$/u.exec(mine?.addresses[0] ?? "") ?? [];
      const added = await place.fairlead(["devices", "add", "Script", "--json"]);
      const { token } = replies.added(JSON.parse(endedWith(added, 0).stdout));
      const dial = async (shown: string): Promise<ReturnType<typeof connect>> => {
        const socket = connect(Number(port), "127.0.0.1");
        await once(socket, "connect");
        socket.write(`${JSON.stringify({ token: shown })}\n`);
        return socket;
      };
      const socket = await dial(token);
      const transport = stdioTransport({ input: socket, output: socket });
      const clientInfo = { name: "live", version: "0" };
      await using client = await CodexClient.connect(transport, { clientInfo });
      const { thread } = await client.request("thread/start", { cwd: place.project });
      const { turn } = await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
      const stranger = await dial("wrong");
      const [answer]: unknown[] = await once(stranger, "data");
      assert.match(String(answer), /"refusal":"[^"]*token/u);
      endedWith(await place.fairlead(["devices", "revoke", "Script"]), 0);
      await client.closed;
    },
  },
  {
    id: "transport-throws",
    sentence:
      "a transport that throws, has no listener or is not there is a problem in `status` and harms no other way in",
    async run(place) {
      const thrower = join(place.root, "thrower.mjs");
      const empty = join(place.root, "empty.mjs");
      writeFileSync(thrower, 'export default () => { throw new Error("no antenna"); };\n');
      writeFileSync(empty, "export const nothing = 1;\n");
      const table = (name: string, file: string): string =>
        `\n[transports.${name}]\npackage = "${file}"\n`;
      place.configure(
        quietConfig +
          table("thrower", thrower) +
          table("empty", empty) +
          table("missing", join(place.root, "missing.mjs")),
      );
      await place.serve();
      const { listeners } = await place.status();
      const problem = (name: string): string =>
        listeners.find((listener) => listener.name === name)?.problem ?? "";
      assert.match(problem("thrower"), /no antenna/u);
      assert.match(problem("empty"), /no listener as its default export/u);
      assert.match(problem("missing"), /missing\.mjs/u);
      const { stdout } = endedWith(await place.fairlead(["status"]), 0);
      assert.match(stdout, /thrower does not listen: no antenna/u);
      const token = readFileSync(place.paths.operatorTokenFile, "utf8").trim();
      const url = `${await place.webSocketUrl()}/agents/demo`;
      const clientInfo = { name: "live", version: "0" };
      await using client = await CodexClient.connect(url, { token, clientInfo });
      const { thread } = await client.request("thread/start", { cwd: place.project });
      const { turn } = await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
    },
  },
];

/** JSON lines over TCP, the first one the token; as somebody writes it who has only the types. */
function transportFile(place: Place): string {
  const file = join(place.root, "mine.mjs");
  writeFileSync(
    file,
    `import { createServer } from "node:net";
import { createInterface } from "node:readline";

export default async function listen(host, options) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let events = null;
    const held = [];
    const lines = createInterface({ input: socket });
    lines.on("line", (line) => {
      if (events !== null) events.onFrame(line);
      else held.push(line);
    });
    lines.once("line", (first) => {
      held.shift();
      void admit(JSON.parse(first).token);
    });
    async function admit(token) {
      const claim = { token, key: null, label: "script", origin: "tcp " + socket.remoteAddress };
      const admission = await host.admit(claim, { signal: AbortSignal.timeout(5000) });
      const opened = "client" in admission ? admission.client.open({ endpoint: "demo" }) : admission;
      if ("refusal" in opened) return void socket.end(JSON.stringify(opened) + "\\n");
      admission.client.ended.addEventListener("abort", () => socket.destroy());
      opened.take({
        start(given) {
          events = given;
          socket.on("close", () => given.onClose({ code: null, reason: "" }));
          for (const line of held.splice(0)) given.onFrame(line);
        },
        send: (text) => void socket.write(text + "\\n"),
        get bufferedBytes() { return socket.writableLength; },
        close: () => void socket.end(),
      });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = "tcp://127.0.0.1:" + server.address().port + "#" + options.greeting;
  return {
    addresses: [address],
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
`,
  );
  return file;
}
