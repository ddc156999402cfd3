import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { expect, test } from "vitest";
import { EndpointKeeper } from "../src/endpoint-keeper.ts";
import { EndpointThread } from "../src/endpoint-thread.ts";
import { Phone } from "../src/testing.ts";
import { Desk, token } from "./support/desk.ts";

const listAgents = { op: "list_agents", v: 1, token };
const connectMouse = { op: "connect", v: 1, token, agent: "mouse" };

test("a quiet connection is kept alive by datagrams, which no stream carries", async () => {
  await using desk = await Desk.open({ keepAliveMs: 20 });
  const connection = await desk.dial();
  const stream = await connection.stream();
  await stream.writeFrame(JSON.stringify(connectMouse));
  await stream.readFrame();
  expect(await connection.datagram()).toHaveLength(0);
  expect(await connection.datagram()).toHaveLength(0);
  await stream.send({ id: 1, method: "echo", params: 1 });
  expect(await stream.readLine()).toEqual({ id: 1, result: 1 });
});

test("a slow client slows its own stream down, and gets everything when it reads", async () => {
  await using desk = await Desk.open();
  const frame = JSON.stringify({ method: "delta", params: "x".repeat(64 * 1024) });
  const drained = new Promise<void>((resolve) => {
    desk.onTake = (transport) => {
      transport.start({ onFrame: fill, onClose() {}, onDrain: resolve });
      function fill(): void {
        for (let left = 100; left > 0; left -= 1) transport.send(frame);
      }
    };
  });
  const connection = await desk.dial();
  const slow = await connection.stream();
  await slow.writeFrame(JSON.stringify(connectMouse));
  await slow.readFrame();
  await slow.send({ method: "begin" });
  await expect.poll(() => desk.taken[0]?.bufferedBytes).toBeGreaterThan(1024 * 1024);
  expect(await connection.ask(listAgents)).toMatchObject({ ok: true });
  for (let left = 100; left > 0; left -= 1) {
    expect(await slow.readLine()).toEqual(JSON.parse(frame));
  }
  await drained;
  expect(desk.taken[0]?.bufferedBytes).toBe(0);
});

test.each([{ maxConnections: 1 }, { maxConnectionsPerAddress: 1 }])(
  "connections beyond %o are refused",
  async (limit) => {
    await using desk = await Desk.open(limit);
    const connection = await desk.dial();
    await connection.ask(listAgents);
    await expect(desk.dial()).rejects.toThrow(/refused/i);
    expect(await connection.ask(listAgents)).toMatchObject({ ok: true });
  },
);

test("streams beyond the limit wait for one to end", async () => {
  await using desk = await Desk.open({ maxStreamsPerConnection: 1 });
  const connection = await desk.dial();
  const first = await connection.stream();
  await first.writeFrame(JSON.stringify(connectMouse));
  await first.readFrame();
  const second = connection.ask(listAgents);
  let isAnswered = false;
  void second.then(() => (isAnswered = true));
  // Many ways there and back, in which the second would be answered if it could.
  for (let id = 1; id <= 20; id += 1) {
    await first.send({ id, method: "echo", params: id });
    await first.readLine();
  }
  expect(isAnswered).toBe(false);
  await first.finish();
  expect(await second).toMatchObject({ ok: true });
});

test("a lost phone ends what it had", async () => {
  await using desk = await Desk.open();
  const closed = new Promise((onClose) => {
    desk.onTake = (transport) => transport.start({ onFrame() {}, onClose });
  });
  const connection = await desk.dial();
  const stream = await connection.stream();
  await stream.writeFrame(JSON.stringify(connectMouse));
  await stream.readFrame();
  connection.close(9, "no network");
  expect(await closed).toMatchObject({ reason: expect.stringContaining("no network") });
});

test("dispose tells live clients, waits for none of them, and gives the port back", async () => {
  const desk = await Desk.open();
  const connection = await desk.dial();
  await connection.ask(listAgents);
  const payload = await desk.payload();
  const startedMs = performance.now();
  await desk.listener[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(5000);
  expect(await connection.closed).toContain("the host is shutting down");
  const next = await Desk.open({ bind: payload.addrs });
  expect((await next.payload()).addrs).toEqual(payload.addrs);
  await next[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

test("a port that is taken is told with what to do", async () => {
  await using desk = await Desk.open();
  const { addrs } = await desk.payload();
  await expect(Desk.open({ bind: addrs })).rejects.toThrow(
    `alleycat cannot have ${addrs.join(", ")}:`,
  );
});

test("an endpoint whose thread dies comes back under its key, at its address", async () => {
  const threads: EndpointThread[] = [];
  const settings = {
    secretKey: new Uint8Array(32).fill(7),
    relay: null,
    internet: false,
    bind: ["127.0.0.1:0"],
    maxConnections: 4,
    maxStreamsPerConnection: 4,
    keepAliveMs: 10_000,
    maxConnectionsPerAddress: 4,
    firstStreamMs: 10_000,
    idleConnectionMs: 60_000,
  };
  const warnings: string[] = [];
  await using keeper = await EndpointKeeper.start(settings, {
    onStream: (stream) => stream.pipe(stream),
    log: (_level, message) => void warnings.push(message),
    async start(asked, events) {
      const thread = await EndpointThread.start(asked, events);
      threads.push(thread);
      return thread;
    },
  });
  const { id, sockets } = keeper;
  await using phone = await Phone.open();
  const dial = () => phone.dial({ node_id: id, addrs: sockets });
  const first = await (await dial()).stream();
  await first.send({ n: 1 });
  expect(await first.readLine()).toEqual({ n: 1 });
  await threads[0]?.fail();
  expect((await keeper.locate(0)).addresses).toContain(sockets[0]);
  expect([keeper.id, threads.length]).toEqual([id, 2]);
  expect(warnings).toEqual(["the alleycat endpoint is lost and starts again in 0 ms"]);
  const second = await (await dial()).stream();
  await second.send({ n: 2 });
  expect(await second.readLine()).toEqual({ n: 2 });
});

test("a host that exits without a word ends well, live clients or not", async () => {
  const script = `
    import { openAlleycat } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
    const stateDir = process.argv[1];
    const client = { open: () => ({ session: null, take() {} }), ended: new AbortController().signal };
    const admit = async () => ({ client });
    const host = { stateDir, hostName: "", pairingToken: () => "t", admit, log() {} };
    const options = { relay: null, internet: false, bind: ["localhost:0"] };
    const listener = await openAlleycat(host, options);
    console.log(JSON.stringify(await listener.pairing({})));
    process.stdin.once("data", () => process.exit(7));
  `;
  await using desk = await Desk.open();
  const args = ["--conditions=@fairlead/source", "--import", "tsx", "--input-type=module"];
  const child = spawn(process.execPath, [...args, "-e", script, desk.stateDir], {
    cwd: new URL("..", import.meta.url),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line]: unknown[] = await once(child.stdout, "data");
  const payload: { node_id: string; addrs: string[] } = JSON.parse(String(line));
  const phone = desk.own(await Phone.open());
  const connection = await phone.dial(payload);
  const stream = await connection.stream();
  await stream.writeFrame(JSON.stringify(connectMouse));
  await stream.readFrame();
  child.stdin.write("\n");
  const [code, signal]: unknown[] = await once(child, "exit");
  expect([code, signal]).toEqual([7, null]);
  expect(await connection.closed).toContain("the host is shutting down");
});
