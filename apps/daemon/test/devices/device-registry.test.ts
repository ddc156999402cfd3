import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, onTestFinished } from "vitest";
import { cleanName } from "../../src/devices/device.ts";
import {
  DeviceRegistry,
  type NewDevice,
  maxDevices,
  tokenIdentity,
} from "../../src/devices/device-registry.ts";
import { TestClock, TestLog, counter, temporaryFolder } from "./fixture.ts";

function place() {
  const folder = temporaryFolder();
  const file = join(folder, "devices.json");
  const clock = new TestClock();
  const { log, warnings } = new TestLog();
  const newId = counter();
  const open = async () => {
    const registry = await DeviceRegistry.open({ file, clock, newId, log });
    onTestFinished(() => registry[Symbol.asyncDispose]());
    return registry;
  };
  return { folder, file, clock, warnings, open };
}

function phone(change: Partial<NewDevice> = {}): NewDevice {
  return {
    name: "Phone",
    role: "drive",
    identity: { kind: "alleycat", key: "k1", pairedWith: "f1" },
    pairedBy: "a yes",
    ...change,
  };
}

test("what is known survives a restart, for this user's eyes only", async () => {
  const { folder, file, open } = place();
  const registry = await open();
  const device = await registry.add(phone());
  await registry.setRole("phone", "view");
  await registry.rename(device.id, "Pixel");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["devices.json"]);
  const again = await open();
  expect(again.list()).toEqual([{ ...device, name: "Pixel", role: "view" }]);
  expect(again.byKey("k1")?.id).toBe(device.id);
});

test("a token is found by its digest and written nowhere", async () => {
  const { file, open } = place();
  const registry = await open();
  const token = "7".repeat(64);
  const laptop = await registry.add(phone({ name: "Laptop", identity: tokenIdentity(token) }));
  await registry.add(phone({ name: "Other", identity: tokenIdentity("8".repeat(64)) }));
  expect(registry.byToken(token)?.id).toBe(laptop.id);
  expect(registry.byToken("9".repeat(64))).toBeUndefined();
  expect(registry.byToken("")).toBeUndefined();
  expect(readFileSync(file, "utf8")).not.toContain(token);
});

test("a revoked device is cut before anything is written, and stays out", async () => {
  const { open } = place();
  const registry = await open();
  const device = await registry.add(phone());
  const { ended } = registry.principal(device);
  const revoked = registry.revoke("PHONE");
  expect(ended.aborted).toBe(true);
  expect(registry.byKey("k1")).toBeUndefined();
  await revoked;
  expect((await open()).list()).toEqual([]);
});

test("another role cuts what runs under the old one; the same role does not", async () => {
  const { open } = place();
  const registry = await open();
  const device = await registry.add(phone());
  const before = registry.principal(device);
  await registry.setRole(device.id, "drive");
  expect(before.ended.aborted).toBe(false);
  const changed = await registry.setRole(device.id, "admin");
  expect(before.ended.aborted).toBe(true);
  const after = registry.principal(changed);
  expect([after.role, after.ended.aborted]).toEqual(["admin", false]);
});

test("cutting one device leaves the others", async () => {
  const { open } = place();
  const registry = await open();
  const first = registry.principal(await registry.add(phone()));
  const second = registry.principal(await registry.add(phone()));
  expect([first.name, second.name]).toEqual(["Phone", "Phone 2"]);
  registry.cut(first.id);
  expect([first.ended.aborted, second.ended.aborted]).toEqual([true, false]);
  registry.cutAll();
  expect(second.ended.aborted).toBe(true);
});

test.each([
  ["damaged", "{"],
  ["of a newer version", '{"version":2,"devices":[]}'],
  ["with a device of no role", '{"version":1,"devices":[{"id":"a","name":"b"}]}'],
])("a file that is %s is put aside, said aloud, and nobody is known", async (_, text) => {
  const { file, warnings, open } = place();
  writeFileSync(file, text, { mode: 0o600 });
  const registry = await open();
  expect(registry.list()).toEqual([]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/devices\.json is damaged.*paired again.*\.corrupt$/u);
  expect(readFileSync(`${file}.corrupt`, "utf8")).toBe(text);
  await registry.add(phone());
  expect((await open()).list()).toHaveLength(1);
});

test("a file that others could write is not believed", async () => {
  const { file, warnings, open } = place();
  await (await open()).add(phone());
  chmodSync(file, 0o666);
  expect((await open()).list()).toEqual([]);
  expect(warnings[0]).toContain("open to other users");
});

test("a device that cannot be written is not known", async () => {
  const { folder, file, open } = place();
  const registry = await open();
  // A folder in its place: the file cannot be replaced, whoever runs this.
  mkdirSync(join(file, "in the way"), { recursive: true });
  await expect(registry.add(phone())).rejects.toThrow("cannot be written");
  expect(registry.list()).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("the last time a device was seen is written once a minute", async () => {
  const { clock, open } = place();
  const registry = await open();
  const device = await registry.add(phone());
  const written = async (): Promise<number | null | undefined> =>
    (await open()).list()[0]?.lastSeenAtMs;
  const first = clock.now();
  registry.seen(device.id);
  await registry.rename(device.id, "A");
  expect(await written()).toBe(first);
  clock.advance(59_000);
  registry.seen(device.id);
  expect(registry.list()[0]?.lastSeenAtMs).toBe(first);
  clock.advance(1000);
  registry.seen(device.id);
  clock.jump(-3_600_000);
  registry.seen(device.id);
  await registry[Symbol.asyncDispose]();
  expect(await written()).toBe(clock.now());
});

test("there is an end to how many devices are known", async () => {
  const { open } = place();
  const registry = await open();
  await Promise.all(Array.from({ length: maxDevices }, () => registry.add(phone())));
  await expect(registry.add(phone())).rejects.toThrow("fairlead devices revoke NAME");
  expect(registry.list()).toHaveLength(maxDevices);
});

test("names are unique, and fit to be shown and typed", async () => {
  const { open } = place();
  const registry = await open();
  await registry.add(phone());
  await registry.add(phone({ name: "Tablet" }));
  await expect(registry.rename("Tablet", "PHONE")).rejects.toThrow("taken");
  await expect(registry.rename("Tablet", "local")).rejects.toThrow("taken");
  await expect(registry.rename("Tablet", "\u001B\u202E")).rejects.toThrow("no name");
  await expect(registry.rename("Watch", "W")).rejects.toThrow("fairlead devices list");
  expect(cleanName("\u001B[31mMy`$(rm -rf ~)`\n phone")).toBe("31mMy (rm -rf ) phone");
  expect(cleanName("--help")).toBe("help");
  expect(cleanName("Ana’s “phone”")).toBe("Ana’s phone");
  expect(cleanName("x".repeat(500))).toHaveLength(48);
});
