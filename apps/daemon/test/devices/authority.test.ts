import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { maxPending } from "../../src/devices/pending-devices.ts";
import { pendingOf, principalIn, refusalIn, testAuthority, yes } from "./authority-fixture.ts";

const nobody = new AbortController().signal;

test("a new key waits for a yes, and is its device from then on", async () => {
  const { authority, connect, events, devices } = await testAuthority();
  const first = connect("key-a");
  const second = connect("key-a");
  expect(authority.pending.list()).toMatchObject([
    { name: "Phone key-a", origin: "alleycat key-a", keyShort: "key-a…", code: null, known: null },
  ]);
  const id = pendingOf(authority, "key-a") ?? "";
  const device = await authority.pending.accept(id, { ...yes("approve"), name: "Pixel" });
  const [one, two] = [principalIn(await first), principalIn(await second)];
  expect([one.id, one.name, one.role]).toEqual([device.id, "Pixel", "approve"]);
  expect(two).toEqual(one);
  expect(principalIn(await connect("key-a")).id).toBe(device.id);
  expect(devices.list()).toHaveLength(1);
  expect(events.map(({ kind }) => kind)).toEqual(["asked", "paired"]);
  await expect(authority.pending.accept(id, yes())).rejects.toThrow("waits no more");
});

test("a yes nobody waited for holds for the next call", async () => {
  const { authority, connect, clock } = await testAuthority();
  const call = connect("a");
  clock.advance(120_000);
  expect(refusalIn(await call)).toBe(
    'This device is not approved yet: run "fairlead pair" on desk and say yes.',
  );
  await authority.pending.accept(pendingOf(authority, "a") ?? "", yes());
  expect(principalIn(await connect("a")).role).toBe("drive");
});

test("who is gone waits no more, and is forgotten in the end", async () => {
  const { authority, connect, clock } = await testAuthority();
  const gone = new AbortController();
  const call = connect("a", undefined, gone.signal);
  gone.abort();
  expect(refusalIn(await call)).toContain("not approved yet");
  expect(authority.pending.list()).toHaveLength(1);
  clock.advance(10 * 60_000);
  expect(authority.pending.list()).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test("a no is a no for ten minutes", async () => {
  const { authority, connect, clock } = await testAuthority();
  const call = connect("a");
  authority.pending.decline(pendingOf(authority, "a") ?? "");
  const declined = "This device was declined on desk.";
  expect(refusalIn(await call)).toBe(declined);
  expect(refusalIn(await connect("a"))).toBe(declined);
  clock.advance(10 * 60_000);
  void connect("a");
  expect(authority.pending.list()).toHaveLength(1);
});

test("a revoked device is cut and has to be let in again", async () => {
  const { authority, connect, devices } = await testAuthority();
  const call = connect("a");
  const device = await authority.pending.accept(pendingOf(authority, "a") ?? "", yes());
  const { ended } = principalIn(await call);
  await devices.revoke(device.name);
  expect(ended.aborted).toBe(true);
  void connect("a");
  expect(authority.pending.list()).toMatchObject([{ known: null }]);
});

test("a rotation cuts everybody; who comes with the new token keeps name and role after a yes", async () => {
  const { authority, connect, token, devices, folder, events } = await testAuthority();
  const call = connect("a");
  await authority.pending.accept(pendingOf(authority, "a") ?? "", { ...yes("view"), name: "Tab" });
  const { ended, id } = principalIn(await call);
  const waiting = connect("b");
  const old = token.current;
  const { fingerprint } = await authority.rotate();
  expect(ended.aborted).toBe(true);
  expect(refusalIn(await waiting)).toBe("invalid token");
  expect(refusalIn(await connect("a", old))).toBe("invalid token");
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/u);
  expect(readFileSync(join(folder, "token"), "utf8")).toBe(`${token.current}\n`);
  expect(statSync(join(folder, "token")).mode & 0o777).toBe(0o600);
  const again = connect("a");
  expect(authority.pending.list()).toMatchObject([{ known: { name: "Tab", role: "view" } }]);
  await authority.pending.accept(pendingOf(authority, "a") ?? "", yes("admin"));
  expect(principalIn(await again)).toMatchObject({ id, name: "Tab", role: "view" });
  expect(devices.list()).toHaveLength(1);
  expect(events.at(-1)?.kind).toBe("paired again");
});

test("a yes under way while the token changes lets nobody in", async () => {
  const { authority, connect } = await testAuthority();
  const call = connect("a");
  const accepted = authority.pending.accept(pendingOf(authority, "a") ?? "", yes());
  const rotated = authority.rotate();
  await Promise.allSettled([accepted, rotated]);
  const answer = await call;
  // Either the yes was first, and the rotation cut what it gave; or it was for a token that is gone.
  const isOut = "refusal" in answer ? answer.refusal === "invalid token" : answer.ended.aborted;
  expect(isOut).toBe(true);
  expect(authority.pending.list()).toEqual([]);
});

test("an open pairing lets one device in, without a question", async () => {
  const { authority, connect } = await testAuthority();
  using window = authority.openWindow({ name: "Kiosk", role: "view" });
  const [first, second] = [connect("a"), connect("b")];
  expect(principalIn(await first)).toMatchObject({ name: "Kiosk", role: "view" });
  expect((await window.closed)?.name).toBe("Kiosk");
  expect(authority.pending.list()).toMatchObject([{ name: "Phone b" }]);
  authority.pending.decline(pendingOf(authority, "b") ?? "");
  expect(refusalIn(await second)).toContain("declined");
});

test("an open pairing is for who waits already only when it is the only one", async () => {
  const { authority, connect } = await testAuthority();
  const waiting = connect("a");
  using first = authority.openWindow({ name: null, role: "drive" });
  expect(principalIn(await waiting).name).toBe("Phone a");
  expect((await first.closed)?.name).toBe("Phone a");
  void connect("b");
  void connect("c");
  using second = authority.openWindow({ name: null, role: "drive" });
  expect(authority.pending.list()).toHaveLength(2);
  expect(principalIn(await connect("c")).name).toBe("Phone c");
  expect((await second.closed)?.name).toBe("Phone c");
});

test("an open pairing closes after ten minutes, and when another one opens", async () => {
  const { authority, connect, clock } = await testAuthority();
  const old = authority.openWindow({ name: null, role: "admin" });
  const window = authority.openWindow({ name: null, role: "view" });
  expect(await old.closed).toBeNull();
  clock.advance(10 * 60_000);
  expect(await window.closed).toBeNull();
  void connect("a");
  expect(authority.pending.list()).toHaveLength(1);
});

test("a wrong token is never let in, also that of a known key or in an open pairing", async () => {
  const { authority, connect } = await testAuthority();
  using _window = authority.openWindow({ name: null, role: "admin" });
  expect(refusalIn(await connect("a", "0".repeat(64)))).toBe("invalid token");
  expect(refusalIn(await connect("a", ""))).toBe("invalid token");
  const none = { token: null, key: "a", label: null, origin: "alleycat a" };
  expect(refusalIn(await authority.admit(none, { signal: nobody }))).toContain("a token is needed");
  expect(authority.pending.list()).toEqual([]);
});

test("the pairing token alone is nobody: it belongs to no key", async () => {
  const { authority, token } = await testAuthority();
  const claim = { token: token.current, key: null, label: null, origin: "websocket 127.0.0.1:1" };
  expect(refusalIn(await authority.admit(claim, { signal: nobody }))).toBe(
    "this token is for pairing only: run `fairlead pair` on desk and pair this device",
  );
});

test("who tries tokens has to wait, whatever the port; known devices do not", async () => {
  const { authority, connect, token, clock, events } = await testAuthority();
  using _window = authority.openWindow({ name: null, role: "drive" });
  principalIn(await connect("a"));
  const attempt = async (port: number, key: string | null, shown: string) => {
    const claim = { token: shown, key, label: null, origin: `websocket 192.0.2.1:${port}` };
    return refusalIn(await authority.admit(claim, { signal: nobody }));
  };
  for (let port = 1; port <= 5; port += 1) {
    expect(await attempt(port, null, `wrong ${port}`)).toBe("invalid token");
  }
  const wait = "too many wrong tokens: wait a minute";
  expect(await attempt(6, null, "wrong")).toBe(wait);
  expect(await attempt(7, "b", token.current)).toBe(wait);
  expect(await attempt(8, "a", token.current)).toBeNull();
  // What is not told cannot push the rest out of the audit log.
  expect(events.filter(({ kind }) => kind === "refused")).toHaveLength(5);
  clock.advance(60_000);
  expect(await attempt(9, null, "wrong")).toBe("invalid token");
});

test("a clock that is set back locks nobody out", async () => {
  const { connect, clock } = await testAuthority();
  for (let count = 0; count < 5; count += 1) await connect("a", "wrong");
  expect(refusalIn(await connect("a", "wrong"))).toContain("wait a minute");
  clock.jump(-86_400_000);
  expect(refusalIn(await connect("a", "wrong"))).toBe("invalid token");
});

test("there is an end to how many wait", async () => {
  const { authority, connect } = await testAuthority();
  for (let count = 0; count < maxPending; count += 1) void connect(`key${count}`);
  expect(refusalIn(await connect("one more"))).toContain("too many devices wait");
  expect(authority.pending.list()).toHaveLength(maxPending);
  const calls = Array.from({ length: 20 }, () => connect("key0"));
  expect(refusalIn(await Promise.race(calls))).toContain("not approved yet");
});

test("devices and token survive a restart", async () => {
  const before = await testAuthority();
  const call = before.connect("a");
  await before.authority.pending.accept(pendingOf(before.authority, "a") ?? "", yes());
  const { id } = principalIn(await call);
  const after = await testAuthority(before.folder);
  expect(after.token.current).toBe(before.token.current);
  expect(principalIn(await after.connect("a")).id).toBe(id);
});

test("the end of the daemon sends away who waits", async () => {
  const { authority, connect, clock } = await testAuthority();
  const call = connect("a");
  authority[Symbol.dispose]();
  expect(refusalIn(await call)).toBe("desk is stopping");
  expect(clock.waiting).toBe(0);
});
