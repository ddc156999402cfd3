import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Call } from "../../src/devices/call.ts";
import {
  addDevice,
  changeRole,
  listDevices,
  renameDevice,
  revokeDevice,
  rotateToken,
} from "../../src/devices/commands.ts";
import { deviceOps } from "../../src/devices/control-ops.ts";
import { pair } from "../../src/devices/pair-command.ts";
import { principalIn, refusalIn, testAuthority } from "./authority-fixture.ts";

const payload = { v: 1, node_id: "abc", token: "secret", host_name: "desk" };

/** The ops of a daemon, called as its socket calls them. */
async function desk() {
  const it = await testAuthority();
  const ops = deviceOps({
    authority: it.authority,
    connected: () => new Set(["device-1"]),
    payloads: () => Promise.resolve([{ listener: "alleycat", payload }]),
  });
  const call: Call = async (op, params = {}, { onEvent, signal } = {}) => {
    const plain: unknown = JSON.parse(JSON.stringify(params));
    const context = {
      signal: signal ?? new AbortController().signal,
      emit: (event: unknown) => onEvent?.(JSON.parse(JSON.stringify(event))),
    };
    const result: unknown = await ops[op]?.(plain, context);
    const answer: unknown = JSON.parse(JSON.stringify(result ?? null));
    return answer;
  };
  let text = "";
  const out = {
    isTTY: false,
    write: (part: string) => {
      text += part;
    },
  };
  const said = (): string => {
    const now = text;
    text = "";
    return now;
  };
  return { ...it, call, out, said };
}

/** A terminal somebody reads and types in. */
class Seat {
  readonly input = Object.assign(new PassThrough(), { isTTY: true });
  readonly out = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
  #text = "";
  #wake: () => void = () => {};

  constructor() {
    this.out.on("data", (part: Buffer) => {
      this.#text += part.toString("utf8");
      this.#wake();
    });
  }

  /** Waits for a text and takes everything up to it. */
  async sees(text: string): Promise<void> {
    for (;;) {
      const index = this.#text.indexOf(text);
      if (index >= 0) {
        this.#text = this.#text.slice(index + text.length);
        return;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What was shown and not taken. */
  get rest(): string {
    return this.#text;
  }

  types(text: string): void {
    this.input.write(text);
  }
}

const notes = { write: () => {} };
const pairOptions = { qr: false, role: null, name: null, notes };

const terminalOf = ({ input, out }: Seat) => ({ input, out });

test("devices are listed, renamed, given a role and revoked by what they are called", async () => {
  const { call, out, said, connect, authority } = await desk();
  using _window = authority.openWindow({ name: null, role: "drive" });
  const { ended } = principalIn(await connect("abcdefghij"));
  await renameDevice(call, { device: "phone abcdefghij", name: "Pixel 9" }, out);
  expect(said()).toBe("phone abcdefghij is called Pixel 9 now.\n");
  await listDevices(call, { json: false, out });
  expect(said()).toMatch(
    /^name .*\nPixel 9  drive  now   abcdefgh…  .*by an open pairing on desk\n$/u,
  );
  await changeRole(call, { device: "Pixel 9", role: "view" }, out);
  expect(said()).toContain("Pixel 9 has the role view now");
  expect(ended.aborted).toBe(true);
  await revokeDevice(call, "Pixel 9", out);
  expect(said()).toContain("Pixel 9 is cut off");
  await listDevices(call, { json: false, out });
  expect(said()).toContain("No device is paired yet");
});

test("a wrong role or device is refused with what to type", async () => {
  const { call, out } = await desk();
  await expect(changeRole(call, { device: "x", role: "root" }, out)).rejects.toMatchObject({
    failure: "usage",
    message: 'role: one of view, approve, drive, admin, not "root"',
  });
  await expect(revokeDevice(call, "x", out)).rejects.toThrow("fairlead devices list");
});

test("a token made on the host lets its device in, and no list shows it", async () => {
  const { call, out, said, authority } = await desk();
  await addDevice(call, { name: "script", role: "view" }, { json: true, out });
  const { token } = JSON.parse(said());
  const claim = { token, key: null, label: null, origin: "websocket 127.0.0.1:1" };
  const principal = await authority.admit(claim, { signal: new AbortController().signal });
  expect(principalIn(principal)).toMatchObject({ name: "script", role: "view" });
  await listDevices(call, { json: true, out });
  const list = said();
  expect(JSON.parse(list)).toMatchObject([{ name: "script", kind: "token", connected: true }]);
  expect(list).not.toContain(token);
});

test("rotate says what has to be done", async () => {
  const { call, out, said, token } = await desk();
  const before = token.current;
  await rotateToken(call, { json: false, out });
  expect(token.current).not.toBe(before);
  const text = said();
  expect(text).toContain(token.fingerprint);
  expect(text).not.toContain(token.current);
});

test("on a terminal, pair asks about each device until one is let in", async () => {
  const { call, connect, devices } = await desk();
  const seat = new Seat();
  const paired = pair(call, {
    ...pairOptions,
    role: "approve",
    name: "Pixel",
    ...terminalOf(seat),
  });
  await seat.sees(`${JSON.stringify(payload)}\n`);
  // What is typed before a question answers none.
  seat.types("y\n");
  await seat.sees("Waiting for a device");
  const first = connect("aaaaaaaaaaaa");
  await seat.sees('"Phone aaaaaaaaaaaa" wants in (alleycat aaaaaaaaaaaa, key aaaaaaaa…).');
  await seat.sees("Let it in as approve? [y/N] ");
  seat.types("\n");
  await seat.sees("Phone aaaaaaaaaaaa was not let in");
  expect(refusalIn(await first)).toContain("declined");
  const second = connect("bbbbbbbbbbbb");
  await seat.sees("[y/N] ");
  seat.types("y\n");
  await seat.sees("Pixel is paired, with the role approve.");
  expect(principalIn(await second)).toMatchObject({ name: "Pixel", role: "approve" });
  await paired;
  expect(devices.list()).toHaveLength(1);
});

test("a question about a device that goes away is taken back", async () => {
  const { call, connect, authority } = await desk();
  const seat = new Seat();
  const paired = pair(call, { ...pairOptions, ...terminalOf(seat) });
  await seat.sees("Waiting for a device");
  const gone = connect("a");
  await seat.sees("Let it in as drive? [y/N] ");
  authority.pending.withdrawAll("gone");
  await seat.sees("It has gone.");
  expect(refusalIn(await gone)).toBe("gone");
  seat.input.end();
  await paired;
});

test("a code is shown before the question", async () => {
  const { call, authority } = await desk();
  const seat = new Seat();
  const paired = pair(call, { ...pairOptions, ...terminalOf(seat) });
  await seat.sees("Waiting for a device");
  const admit = () => Promise.reject(new Error("64 devices are known"));
  authority.pending.open({
    name: "Laptop",
    origin: "websocket 192.0.2.1:5",
    keyShort: null,
    code: "042 917",
    known: null,
    keepMs: 60_000,
    admit,
    declined: () => "no",
    over: () => {},
  });
  await seat.sees("It must show this code:  042 917\n");
  await seat.sees("Does it, and let it in as drive? [y/N] ");
  seat.types("yes\n");
  await seat.sees("It was not let in: 64 devices are known");
  seat.input.end();
  await paired;
  expect(authority.pending.list()).toEqual([]);
});

test("the end of the daemon ends pair with its sentence", async () => {
  const { call } = await desk();
  const seat = new Seat();
  let end: (error: Error) => void = () => {};
  const ending: Call = (op, params, options) =>
    op === "pair/open"
      ? new Promise((_resolve, reject) => (end = reject))
      : call(op, params, options);
  const paired = pair(ending, { ...pairOptions, ...terminalOf(seat) });
  await seat.sees("Waiting for a device");
  end(new Error("Fairlead is stopping."));
  await expect(paired).rejects.toThrow("Fairlead is stopping.");
});

test("without a terminal pair prints what to enter; with a role it opens the window", async () => {
  const { call, connect, authority } = await desk();
  const seat = new Seat();
  const piped = { input: Object.assign(new PassThrough(), { isTTY: false }), out: seat.out };
  await pair(call, { ...pairOptions, ...piped });
  await seat.sees(`${JSON.stringify(payload)}\n`);
  void connect("a");
  expect(authority.pending.list()).toHaveLength(1);
  authority.pending.withdrawAll("over");
  await pair(call, { ...pairOptions, role: "view", name: "Kiosk", ...piped });
  expect(principalIn(await connect("a"))).toMatchObject({ name: "Kiosk", role: "view" });
});

test("the code to scan is made of half blocks, below the text", async () => {
  const { call } = await desk();
  const seat = new Seat();
  const piped = { input: Object.assign(new PassThrough(), { isTTY: false }), out: seat.out };
  await pair(call, { ...pairOptions, qr: true, ...piped });
  await seat.sees(`${JSON.stringify(payload)}\n\n`);
  await seat.sees("▀");
  expect(seat.rest).toMatch(/^[█▀▄ \n]+$/u);
});
