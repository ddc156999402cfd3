import { expect, test } from "vitest";
import { pendingOf, refusalIn, testAuthority, yes } from "./authority-fixture.ts";

const dayMs = 86_400_000;
const source = { origin: "websocket 192.0.2.7", certificate: null };
const call = () => new AbortController().signal;

test.each([dayMs, -dayMs])(
  "a clock that is set %i ms on keeps no device out, and gives none more than it had",
  async (jumpMs) => {
    const { authority, connect, clock, devices } = await testAuthority();
    const first = connect("aaaaaaaa");
    await authority.pending.accept(pendingOf(authority, "aaaaaaaa") ?? "", yes("view"));
    await first;
    clock.jump(jumpMs);
    expect(refusalIn(await connect("aaaaaaaa"))).toBeNull();
    expect(refusalIn(await connect("bbbbbbbb", "wrong"))).toBe("invalid token");
    expect(devices.list().map(({ role }) => role)).toEqual(["view"]);
  },
);

test.each([dayMs, -dayMs])(
  "a pairing window is open for ten minutes, though the clock is set %i ms on, and stays closed",
  async (jumpMs) => {
    const { authority, connect, clock } = await testAuthority();
    authority.openWindow({ name: null, role: "view" });
    clock.jump(jumpMs);
    clock.advance(9 * 60_000);
    expect(refusalIn(await connect("aaaaaaaa"))).toBeNull();

    authority.openWindow({ name: null, role: "view" });
    clock.jump(jumpMs);
    clock.advance(10 * 60_000);
    clock.jump(-jumpMs);
    const late = connect("bbbbbbbb");
    expect(pendingOf(authority, "bbbbbbbb")).toBeDefined();
    clock.advance(2 * 60_000);
    expect(refusalIn(await late)).toContain("not approved yet");
  },
);

test.each([dayMs, -dayMs])(
  "who waits for a yes waits two minutes, though the clock is set %i ms on",
  async (jumpMs) => {
    const { authority, connect, clock } = await testAuthority();
    const waits = connect("aaaaaaaa");
    clock.jump(jumpMs);
    clock.advance(119_000);
    expect(pendingOf(authority, "aaaaaaaa")).toBeDefined();
    clock.advance(1000);
    expect(refusalIn(await waits)).toContain("not approved yet");
  },
);

test("a no does not hold a day longer for a clock that is set back", async () => {
  const { authority, connect, clock } = await testAuthority();
  const asked = connect("aaaaaaaa");
  authority.pending.decline(pendingOf(authority, "aaaaaaaa") ?? "");
  expect(refusalIn(await asked)).toContain("declined");
  expect(refusalIn(await connect("aaaaaaaa"))).toContain("declined");
  clock.jump(-dayMs);
  const again = connect("aaaaaaaa");
  await authority.pending.accept(pendingOf(authority, "aaaaaaaa") ?? "", yes());
  expect(refusalIn(await again)).toBeNull();
});

test.each([dayMs, -dayMs])(
  "too many pairings are refused for a minute and no longer, though the clock is set %i ms on",
  async (jumpMs) => {
    const { authority, clock } = await testAuthority();
    const begin = async (): Promise<number> => {
      const body = { name: "Laptop", commitment: "a".repeat(64) };
      return (await authority.pairRequest(body, source, call())).status;
    };
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await begin()).toBe(200);
    expect(await begin()).toBe(429);
    clock.jump(jumpMs);
    expect(await begin()).toBe(200);
  },
);
