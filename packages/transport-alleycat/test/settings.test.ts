import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bindings } from "../src/bindings.ts";
import { hostKey } from "../src/host-key.ts";
import { parseOptions } from "../src/options.ts";
import { pairingPayload } from "../src/pairing.ts";

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "fairlead-key-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("the key is made once, private, as 64 hex digits and a line feed", async () => {
  await using made = await folder();
  const warnings: string[] = [];
  const log = (_level: string, message: string): void => void warnings.push(message);
  const key = await hostKey(made.path, log);
  const file = join(made.path, "host.key");
  expect(await readFile(file, "utf8")).toBe(`${Buffer.from(key).toString("hex")}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await hostKey(made.path, log))).toEqual(Buffer.from(key));
  expect(warnings).toEqual([]);
  await chmod(file, 0o644);
  await hostKey(made.path, log);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(warnings).toEqual([`${file} could be read by others (mode 644) and is now 600`]);
});

test("a corrupt key is kept aside, and the log says what a new one means", async () => {
  await using made = await folder();
  const warnings: string[] = [];
  const file = join(made.path, "host.key");
  await writeFile(file, "half a k");
  const key = await hostKey(made.path, (_level, message) => void warnings.push(message));
  expect(key).toHaveLength(32);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("every device must pair again");
  const aside = (await readdir(made.path)).find((name) => name.startsWith("host.key.corrupt-"));
  expect(await readFile(join(made.path, aside ?? ""), "utf8")).toBe("half a k");
  await expect(hostKey(join(made.path, "absent"), () => {})).rejects.toThrow(
    `the key ${join(made.path, "absent", "host.key")} cannot be written`,
  );
});

test("options are checked, and each sentence names its key", () => {
  expect(parseOptions({})).toEqual({ relay: null, internet: true, bind: [] });
  const relay = "https://relay.example.com";
  expect(parseOptions({ relay, bind: ["[::1]:1", "0.0.0.0:0", "localhost:5"] })).toEqual({
    relay,
    internet: true,
    bind: ["[::1]:1", "0.0.0.0:0", "localhost:5"],
  });
  expect(() => parseOptions({ internet: "no" })).toThrow("`internet` must be true or false");
  for (const bind of ["127.0.0.1:1", ["127.0.0.1"], ["example.com:1"], ["1.2.3.4:65536"], [1]]) {
    expect(() => parseOptions({ bind })).toThrow("`bind` must be a list of");
  }
  for (const wrong of ["relay.example.com", "ftp://x", 7]) {
    expect(() => parseOptions({ relay: wrong })).toThrow("`relay` must be the URL");
  }
  expect(() => parseOptions({ relay, internet: false })).toThrow("`relay` needs `internet = true`");
});

test("an address family that is not named stays on loopback", () => {
  expect(bindings([])).toEqual([[]]);
  expect(bindings(["localhost:9"])).toEqual([["127.0.0.1:9", "[::1]:9"]]);
  expect(bindings(["127.0.0.1:9"])).toEqual([["127.0.0.1:9", "[::1]:0"], ["127.0.0.1:9"]]);
  expect(bindings(["[::1]:9"])).toEqual([["127.0.0.1:0", "[::1]:9"]]);
});

test("the payload has the relay, or addresses where there is none", () => {
  const common = { id: "ab", token: "t" };
  const relay = "https://relay.example.com/";
  const addresses = ["127.0.0.1:1"];
  expect(
    pairingPayload({ ...common, hostName: " desk.. ", location: { relay, addresses } }),
  ).toEqual({ v: 1, node_id: "ab", token: "t", host_name: "desk", relay });
  expect(
    pairingPayload({ ...common, hostName: ".", location: { relay: null, addresses } }),
  ).toEqual({ v: 1, node_id: "ab", token: "t", addrs: addresses });
});
