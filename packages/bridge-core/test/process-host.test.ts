import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BridgeHost } from "../src/adapter.ts";
import { type EnvironmentResolver, loginShellEnvironment } from "../src/process/environment.ts";
import { createBridgeHost } from "../src/process/host.ts";

let folder = "";
const signal = new AbortController().signal;
const silent: BridgeHost["log"] = () => {};
const fixed: EnvironmentResolver = () => Promise.resolve({ PATH: "/usr/bin:/bin" });

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "fairlead-")));
});

afterAll(() => rm(folder, { recursive: true }));

async function shell(name: string, body: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o700);
  return file;
}

test("the environment is the login shell's, once per folder", async () => {
  const count = path.join(folder, "count");
  const file = await shell(
    "banner",
    `echo asked >> ${count}; echo Welcome; export ADDED="two
lines"; export WHERE="$(pwd)"; sleep 30 & eval "$2"`,
  );
  const resolve = loginShellEnvironment({
    log: silent,
    providerFolders: [],
    shell: file,
    base: { PATH: "/usr/bin:/bin", KEPT: "1" },
  });
  const environment = await resolve(folder);
  expect(environment).toEqual({
    PATH: "/usr/bin:/bin",
    KEPT: "1",
    ADDED: "two\nlines",
    WHERE: folder,
  });
  expect(await resolve(folder)).toBe(environment);
});

test.each([
  ["hangs", "exec sleep 30", "did not answer within 200 ms"],
  ["fails", "exit 1", "printed no environment"],
])(
  "a shell that %s is replaced by our own environment, with one warning",
  async (name, body, why) => {
    const warnings: string[] = [];
    const resolve = loginShellEnvironment({
      log: (_level, message) => void warnings.push(message),
      shell: await shell(name, body),
      base: { PATH: "/bin" },
      timeoutMs: 200,
    });
    expect(await resolve(folder)).toEqual({ PATH: "/bin" });
    expect(await resolve(null)).toEqual({ PATH: "/bin" });
    expect(warnings).toEqual([expect.stringContaining(why)]);
  },
);

test("files are listed, read from an offset and watched; what is missing is not-found", async () => {
  await using host = createBridgeHost({ environment: fixed, log: silent });
  const file = path.join(folder, "a.jsonl");
  await writeFile(file, "0123456789");
  expect(await host.files.list(folder)).toContainEqual({
    name: "a.jsonl",
    folder: false,
    size: 10,
    mtimeMs: expect.any(Number),
  });
  const read = async (name: string, start: number): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of host.files.read(name, { start, signal })) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  };
  expect(await read(file, 4)).toBe("456789");
  const long = Buffer.alloc(1_000_000, "0123456789abc");
  await writeFile(path.join(folder, "long"), long);
  expect(await read(path.join(folder, "long"), 7)).toBe(long.subarray(7).toString());
  for await (const chunk of host.files.read(path.join(folder, "long"), { signal })) {
    // Lists look at thousands of heads.
    expect(chunk.byteLength).toBeLessThanOrEqual(8192);
    break;
  }
  const gone = AbortSignal.abort(new Error("nobody waits"));
  const reading = host.files.read(file, { signal: gone })[Symbol.asyncIterator]();
  await expect(reading.next()).rejects.toThrow("nobody waits");
  const missing = path.join(folder, "missing");
  await expect(read(missing, 0)).rejects.toMatchObject({ kind: "not-found" });
  await expect(host.files.list(missing)).rejects.toMatchObject({ kind: "not-found" });

  const stop = new AbortController();
  const changes = host.files.watch(folder, { signal: stop.signal })[Symbol.asyncIterator]();
  const change = changes.next();
  await writeFile(file, "changed");
  expect(await change).toEqual({ done: false, value: "a.jsonl" });
  stop.abort();
  while ((await changes.next()).done !== true);
});

test("a pipe is refused at once: nobody might ever write into it", async () => {
  const pipe = path.join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await using host = createBridgeHost({ environment: fixed, log: silent });
  const reading = host.files.read(pipe, { signal })[Symbol.asyncIterator]();
  await expect(reading.next()).rejects.toThrow(`${pipe} is not a file`);
});

test("the loopback listener answers only its token and tells a failing handler", async () => {
  const logged: string[] = [];
  await using host = createBridgeHost({
    environment: fixed,
    log: (_level, message) => void logged.push(message),
  });
  const listener = await host.listen(async (request) => {
    if (request.method === "GET") throw new Error("no way");
    return Response.json({ path: new URL(request.url).pathname, body: await request.json() });
  });
  const authorization = `Bearer ${listener.token}`;
  const answer = await fetch(`${listener.url}/hook`, {
    method: "POST",
    headers: { authorization },
    body: JSON.stringify({ a: 1 }),
  });
  expect(await answer.json()).toEqual({ path: "/hook", body: { a: 1 } });
  expect((await fetch(listener.url)).status).toBe(401);
  expect((await fetch(listener.url, { headers: { authorization: "Bearer x" } })).status).toBe(401);
  expect((await fetch(listener.url, { headers: { authorization } })).status).toBe(500);
  expect(logged).toEqual(["a loopback request failed: no way"]);
  await listener[Symbol.asyncDispose]();
  await expect(fetch(listener.url)).rejects.toThrow();
});

test("dispose ends processes, listeners and sleeps, and later calls fail", async () => {
  const host = createBridgeHost({ environment: fixed, log: silent });
  const script = "console.log(1); setInterval(() => {}, 1000)";
  const child = host.spawn({ file: process.execPath, args: ["-e", script], cwd: folder });
  for await (const line of child.lines) {
    expect(line).toEqual({ json: 1 });
    break;
  }
  const { url } = await host.listen(() => Promise.resolve(new Response("here")));
  const sleeping = host.sleep(60_000, { signal });
  await Promise.all([
    host[Symbol.asyncDispose](),
    expect(sleeping).rejects.toMatchObject({ name: "AbortError" }),
  ]);
  expect(await child.exited).toMatchObject({ signal: "SIGTERM" });
  await expect(fetch(url)).rejects.toThrow();
  expect(() => host.spawn({ file: "sh", args: [], cwd: folder })).toThrow("is disposed");
  await expect(host.environment(null)).rejects.toThrow("is disposed");
  expect(host.secret()).toMatch(/^[0-9a-f]{64}$/);
});
