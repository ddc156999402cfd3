import {
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fsMethods, maxReadBytes } from "../src/files/fs-methods.ts";
import { TestClient } from "./test-client.ts";

const client = new TestClient(fsMethods());
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-files-")));
  await mkdir(join(folder, "dir", "sub"), { recursive: true });
  await writeFile(join(folder, "file"), "hello");
  await symlink("file", join(folder, "link"));
  await symlink("dir", join(folder, "folder-link"));
  await symlink("gone", join(folder, "broken"));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...names: string[]): string => join(folder, ...names);
const missing = (path: string): object => ({
  code: -32603,
  message: `No such file or directory (os error 2): ${path}`,
});

test("reads and writes bytes", async () => {
  const dataBase64 = Buffer.from([0, 255, 10]).toString("base64");
  expect(await client.request("fs/writeFile", { path: at("new"), dataBase64 })).toEqual({});
  expect(await client.request("fs/readFile", { path: at("new") })).toEqual({ dataBase64 });
});

test("refuses to read what is no file, is missing or is too large", async () => {
  await expect(client.request("fs/readFile", { path: at("dir") })).rejects.toMatchObject({
    code: -32600,
    message: `path \`${at("dir")}\` is not a file`,
  });
  await expect(client.request("fs/readFile", { path: at("nope") })).rejects.toMatchObject(
    missing(at("nope")),
  );
  await truncate(at("file"), maxReadBytes + 1);
  await expect(client.request("fs/readFile", { path: at("file") })).rejects.toThrow(
    `fs/readFile answers with at most ${maxReadBytes}`,
  );
});

test("refuses to write what is not base64", async () => {
  const path = at("file");
  await expect(client.request("fs/writeFile", { path, dataBase64: "!!" })).rejects.toThrow(
    "fs/writeFile requires valid base64 dataBase64",
  );
  expect(await readFile(path, "utf8")).toBe("hello");
});

test.each(["fs/readFile", "fs/getMetadata", "fs/readDirectory", "fs/remove"] as const)(
  "%s refuses a relative path",
  async (method) => {
    await expect(client.request(method, { path: "file" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('path must be an absolute path, got "file"'),
    });
  },
);

test("creates folders with their parents unless told otherwise", async () => {
  const create = (path: string, recursive?: boolean): Promise<unknown> =>
    client.request("fs/createDirectory", { path, recursive: recursive ?? null });
  expect(await create(at("a", "b"))).toEqual({});
  expect(await create(at("a", "b"))).toEqual({});
  await expect(create(at("a", "b"), false)).rejects.toThrow("(os error 17)");
  await expect(create(at("x", "y"), false)).rejects.toMatchObject(missing(at("x", "y")));
});

test("describes files, folders and links", async () => {
  const describe = (name: string): Promise<unknown> =>
    client.request("fs/getMetadata", { path: at(name) });
  expect(await describe("file")).toEqual({
    isDirectory: false,
    isFile: true,
    isSymlink: false,
    createdAtMs: expect.any(Number),
    modifiedAtMs: expect.any(Number),
  });
  expect(await describe("dir")).toMatchObject({ isDirectory: true, isFile: false });
  expect(await describe("folder-link")).toMatchObject({ isDirectory: true, isSymlink: true });
  await expect(describe("broken")).rejects.toMatchObject(missing(at("broken")));
});

test("lists direct children, links as what they lead to, broken ones not at all", async () => {
  const { entries } = await client.request("fs/readDirectory", { path: folder });
  expect(entries.toSorted((a, b) => a.fileName.localeCompare(b.fileName))).toEqual([
    { fileName: "dir", isDirectory: true, isFile: false },
    { fileName: "file", isDirectory: false, isFile: true },
    { fileName: "folder-link", isDirectory: true, isFile: false },
    { fileName: "link", isDirectory: false, isFile: true },
  ]);
  await expect(client.request("fs/readDirectory", { path: at("file") })).rejects.toMatchObject({
    message: `Not a directory (os error 20): ${at("file")}`,
  });
});

test("removes trees, but a link and not what it leads to", async () => {
  const remove = (name: string, options?: { recursive?: boolean; force?: boolean }) =>
    client.request("fs/remove", { path: at(name), ...options });
  await expect(remove("dir", { recursive: false })).rejects.toThrow("Directory not empty");
  await remove("folder-link");
  expect(await client.request("fs/readDirectory", { path: at("dir") })).toMatchObject({
    entries: [{ fileName: "sub" }],
  });
  await remove("dir");
  expect(await remove("dir")).toEqual({});
  await expect(remove("dir", { force: false })).rejects.toMatchObject(missing(at("dir")));
});

test("copies files, trees and links", async () => {
  const copy = (from: string, to: string, recursive = false): Promise<unknown> =>
    client.request("fs/copy", { sourcePath: at(from), destinationPath: at(to), recursive });
  await copy("file", "copy");
  expect(await readFile(at("copy"), "utf8")).toBe("hello");
  await copy("link", "link-copy");
  expect(await readlink(at("link-copy"))).toBe("file");
  await expect(copy("dir", "tree")).rejects.toThrow("fs/copy requires recursive: true");
  await copy("dir", "tree", true);
  expect(await client.request("fs/getMetadata", { path: at("tree/sub") })).toMatchObject({
    isDirectory: true,
  });
  for (const inside of ["dir", "dir/in", "folder-link/in"]) {
    await expect(copy("dir", inside, true)).rejects.toThrow(
      "fs/copy cannot copy a directory to itself or one of its descendants",
    );
  }
  await expect(copy("nope", "x")).rejects.toMatchObject(missing(at("nope")));
});
