import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { commitmentOf } from "../../src/devices/pairing-code.ts";
import { paramsFor } from "../../src/devices/method-roles.ts";
import { pendingOf, principalIn, testAuthority, yes } from "../devices/authority-fixture.ts";

const nobody = new AbortController().signal;

test("an open pairing gives no device back a role above its own", async () => {
  const { authority, connect } = await testAuthority();
  const first = connect("lost");
  await authority.pending.accept(pendingOf(authority, "lost") ?? "", yes("admin"));
  principalIn(await first);
  await authority.rotate();
  using window = authority.openWindow({ name: null, role: "view" });
  const gone = new AbortController();
  const again = connect("lost", undefined, gone.signal);
  expect(authority.pending.list()).toMatchObject([{ known: { role: "admin" } }]);
  expect(principalIn(await connect("kiosk"))).toMatchObject({ role: "view" });
  expect((await window.closed)?.role).toBe("view");
  gone.abort();
  expect(await again).toMatchObject({ refusal: expect.stringContaining("not approved yet") });
});

test("no device is called like this machine in the audit log", async () => {
  const { authority, devices } = await testAuthority();
  for (const name of ["this machine", "LOCAL", "fairlead"]) {
    const identity = { kind: "token", sha256: randomBytes(32).toString("hex") } as const;
    const device = await devices.add({ name, role: "view", identity, pairedBy: "a test" });
    expect(device.name).toBe(`${name} 2`);
    await expect(authority.devices.rename(device.id, name)).rejects.toThrow("is taken");
  }
});

test("pairings that were answered make room: nobody keeps others out once they are declined", async () => {
  const { authority } = await testAuthority();
  const begin = async (place: number) => {
    const nonce = randomBytes(32).toString("hex");
    const source = { origin: `websocket 192.0.2.${place}`, certificate: null };
    const first = { name: `Phone ${place}`, commitment: commitmentOf(nonce) };
    const { status, body } = await authority.pairRequest(first, source, nobody);
    const pairingId = body["pairingId"];
    void authority.pairRequest({ pairingId, nonce }, source, nobody);
    return status;
  };
  for (const place of [1, 2, 3, 4]) expect(await begin(place)).toBe(200);
  expect(await begin(5)).toBe(429);
  for (const { id } of authority.pending.list()) authority.pending.decline(id);
  expect(await begin(6)).toBe(200);
  authority[Symbol.dispose]();
});

test("below drive no method opens a file that the client names", () => {
  const named = { conversationId: "t", rolloutPath: "/home/ada/.ssh/id_rsa" };
  for (const role of ["view", "approve"] as const) {
    expect(paramsFor(role, "getConversationSummary", named)).toEqual({
      params: { conversationId: "t" },
      dropped: ["rolloutPath"],
    });
  }
  expect(paramsFor("drive", "getConversationSummary", named).params).toEqual(named);
});
