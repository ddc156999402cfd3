import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LiveMethods } from "../src/methods/live-methods.ts";
import { watchMethods } from "../src/files/watch-methods.ts";
import { TestClient } from "./test-client.ts";

let folder: string;
let methods: LiveMethods;
let client: TestClient;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-watch-")));
  methods = watchMethods();
  client = new TestClient(methods.handlers);
});
afterEach(async () => {
  await methods.dispose();
  await rm(folder, { recursive: true });
});

const changes = (count: number): Promise<void> =>
  client.until((received) => received.length >= count);

test("tells which children of a folder changed, many at once in one notification", async () => {
  const answer = await client.request("fs/watch", { watchId: "w", path: `${folder}/x/..` });
  expect(answer).toEqual({ path: folder });
  await writeFile(join(folder, "a"), "1");
  await rename(join(folder, "a"), join(folder, "b"));
  await changes(1);
  expect(client.received).toEqual([
    {
      method: "fs/changed",
      params: { watchId: "w", changedPaths: [join(folder, "a"), join(folder, "b")] },
    },
  ]);
});

test("watches one file, also before it exists, and nothing beside it", async () => {
  const path = join(folder, "later");
  await client.request("fs/watch", { watchId: "w", path });
  await writeFile(join(folder, "other"), "");
  await writeFile(path, "");
  await changes(1);
  await writeFile(path, "more");
  await changes(2);
  expect(client.of("fs/changed")).toEqual([
    { watchId: "w", changedPaths: [path] },
    { watchId: "w", changedPaths: [path] },
  ]);
});

test("ends with unwatch and with the connection", async () => {
  const other = new TestClient(methods.handlers, "client-2");
  const witness = new TestClient(methods.handlers, "client-3");
  for (const one of [client, other, witness]) {
    await one.request("fs/watch", { watchId: "w", path: folder });
  }
  expect(await client.request("fs/unwatch", { watchId: "w" })).toEqual({});
  expect(await client.request("fs/unwatch", { watchId: "w" })).toEqual({});
  other.hangUp();
  await mkdir(join(folder, "new"));
  await witness.until((received) => received.length === 1);
  expect([...client.received, ...other.received]).toEqual([]);
});

test("refuses an id in use, a relative path and a folder that is not there", async () => {
  await client.request("fs/watch", { watchId: "w", path: folder });
  await expect(client.request("fs/watch", { watchId: "w", path: folder })).rejects.toMatchObject({
    code: -32600,
    message: "watchId already exists: w",
  });
  await expect(client.request("fs/watch", { watchId: "v", path: "x" })).rejects.toThrow("absolute");
  await expect(
    client.request("fs/watch", { watchId: "v", path: join(folder, "no", "file") }),
  ).rejects.toThrow(`No such file or directory (os error 2): ${join(folder, "no")}`);
});
