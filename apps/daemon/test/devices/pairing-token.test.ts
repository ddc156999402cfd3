import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PairingToken } from "../../src/devices/pairing-token.ts";
import { pendingOf, principalIn, refusalIn, testAuthority, yes } from "./authority-fixture.ts";
import { TestLog, temporaryFolder } from "./fixture.ts";

function place(configured: string | null = null) {
  const file = join(temporaryFolder(), "token");
  const { log, warnings } = new TestLog();
  const written: string[] = [];
  const writeConfigured = (token: string): Promise<void> => {
    written.push(token);
    return Promise.resolve();
  };
  const open = () => PairingToken.open({ file, configured, writeConfigured, log });
  return { file, warnings, written, open };
}

test("it is made at first use, of 32 bytes, for this user's eyes only", async () => {
  const { file, open, warnings } = place();
  const token = await open();
  expect(token.current).toMatch(/^[0-9a-f]{64}$/u);
  expect(readFileSync(file, "utf8")).toBe(`${token.current}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await open()).current).toBe(token.current);
  expect((await place().open()).current).not.toBe(token.current);
  expect([token.matches(token.current), token.matches("")]).toEqual([true, false]);
  expect(warnings).toEqual([]);
});

test.each([
  ["no token", (file: string) => writeFileSync(file, "abc"), "holds no token"],
  ["open to others", (file: string) => chmodSync(file, 0o644), "was open to other users"],
])("a file that is %s is put aside and said aloud", async (_, spoil, reason) => {
  const { file, open, warnings } = place();
  const before = (await open()).current;
  spoil(file);
  const after = await open();
  expect(after.current).not.toBe(before);
  expect(readFileSync(file, "utf8")).toBe(`${after.current}\n`);
  expect(statSync(`${file}.corrupt`).isFile()).toBe(true);
  expect(warnings).toEqual([expect.stringContaining(reason)]);
  expect(warnings.join("")).not.toContain(after.current);
});

test("one that cannot be written lasts until the end, and is never rotated in vain", async () => {
  const { file, warnings } = place();
  const inTheWay = join(file, "..", "in the way");
  writeFileSync(inTheWay, "");
  const token = await PairingToken.open({
    file: join(inTheWay, "token"),
    configured: null,
    writeConfigured: () => Promise.resolve(),
    log: (_level, message) => void warnings.push(message),
  });
  expect(warnings.at(-1)).toContain("holds until the daemon ends");
  const before = token.current;
  await expect(token.rotate()).rejects.toThrow("in the way");
  expect(token.current).toBe(before);
});

test("one written in host.toml is rotated there", async () => {
  const { file, open, written } = place("chosen by hand");
  const token = await open();
  expect(token.matches("chosen by hand")).toBe(true);
  await token.rotate();
  expect(written).toEqual([token.current]);
  expect(() => statSync(file)).toThrow("ENOENT");
});

test("another token in host.toml cuts who came with the one before; the same one does not", async () => {
  const { authority, connect, token } = await testAuthority();
  const call = connect("a");
  await authority.pending.accept(pendingOf(authority, "a") ?? "", yes());
  const { ended } = principalIn(await call);
  const before = token.current;
  await authority.configureToken(null);
  expect(ended.aborted).toBe(false);
  await authority.configureToken("chosen by hand");
  expect(ended.aborted).toBe(true);
  expect(refusalIn(await connect("a", before))).toBe("invalid token");
  // Taken out of the file again, the one kept beside it is back, and so is who came with it.
  await authority.configureToken(null);
  expect(token.current).toBe(before);
  expect(principalIn(await connect("a")).role).toBe("drive");
});
