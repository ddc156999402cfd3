import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FuzzyFileSearchResult } from "@fairlead/codex-proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { searchMethods } from "../src/files/search-methods.ts";
import type { LiveMethods } from "../src/methods/live-methods.ts";
import { TestRepository } from "./git-repository.ts";
import { groups } from "./support/unwatched-groups.ts";
import { TestClient } from "./test-client.ts";

let repository: TestRepository;
let methods: LiveMethods;
let client: TestClient;

beforeEach(() => {
  repository = new TestRepository();
  methods = searchMethods({ environment: () => Promise.resolve(repository.env), groups });
  client = new TestClient(methods.handlers);
});
afterEach(async () => {
  await methods.dispose();
  repository[Symbol.dispose]();
});

async function search(query: string, ...roots: string[]): Promise<FuzzyFileSearchResult[]> {
  const params = { query, roots, cancellationToken: null };
  return (await client.request("fuzzyFileSearch", params)).files;
}

const pathsOf = (files: readonly FuzzyFileSearchResult[]): string[] =>
  files.map(({ path }) => path).toSorted();

test("finds files and folders of a repository, but nothing ignored or deleted", async () => {
  repository.write("src/app/main.ts", "");
  repository.write("main-deleted", "");
  repository.write(".github/main.yml", "");
  repository.commit();
  repository.remove("main-deleted");
  repository.write(".gitignore", "main-ignored\n");
  repository.write("main-ignored", "");
  repository.write("main/new.md", "");
  expect(pathsOf(await search("main", repository.root))).toEqual([
    ".github/main.yml",
    "main",
    "main/new.md",
    "src/app/main.ts",
  ]);
});

test("answers with the root, the name, the kind and the matched letters, best first", async () => {
  repository.write("src/app/main.ts", "");
  repository.write("app/domain.ts", "");
  const files = await search("MAIN", repository.root);
  expect(files).toEqual([
    {
      root: repository.root,
      path: "src/app/main.ts",
      match_type: "file",
      file_name: "main.ts",
      score: expect.any(Number),
      indices: [8, 9, 10, 11],
    },
    expect.objectContaining({ path: "app/domain.ts", indices: [6, 7, 8, 9] }),
  ]);
  expect(files.every(({ score }) => Number.isInteger(score))).toBe(true);
  const [folder] = await search("app", repository.root);
  expect(folder).toMatchObject({ path: "app", match_type: "directory", file_name: "app" });
});

test("outside a repository skips hidden entries and node_modules and follows no link", async () => {
  const plain = join(repository.parent, "plain");
  repository.write("../plain/src/main.ts", "");
  repository.write("../plain/.hidden/main.ts", "");
  repository.write("../plain/node_modules/x/main.js", "");
  repository.write("../outside/main.ts", "");
  symlinkSync(join(repository.parent, "outside"), join(plain, "link"));
  expect(pathsOf(await search("main", plain))).toEqual(["src/main.ts"]);
  expect(pathsOf(await search("link", plain))).toEqual(["link"]);
});

test("searches several roots; a missing root or an empty query has no files", async () => {
  repository.write("main.ts", "");
  repository.write("../plain/main.md", "");
  const plain = join(repository.parent, "plain");
  const missing = join(repository.parent, "nope");
  const found = await search("main", repository.root, plain, missing);
  expect(found.map(({ root }) => root).toSorted()).toEqual([plain, repository.root]);
  expect(await search("", repository.root)).toEqual([]);
  await expect(search("main", "relative")).rejects.toThrow(
    'roots[0] must be an absolute path, got "relative"',
  );
});

test("answers with fifty matches at most", async () => {
  for (let index = 0; index < 60; index += 1) {
    writeFileSync(join(repository.root, `file-${index}`), "");
  }
  expect(await search("file", repository.root)).toHaveLength(50);
});

test("a later request with the same token ends the earlier one", async () => {
  repository.write("main.ts", "");
  const ask = (query: string): Promise<{ files: FuzzyFileSearchResult[] }> => {
    const params = { query, roots: [repository.root], cancellationToken: "typing" };
    return client.request("fuzzyFileSearch", params);
  };
  const [earlier, later] = await Promise.all([ask("mai"), ask("main")]);
  expect(earlier.files).toEqual([]);
  expect(pathsOf(later.files)).toEqual(["main.ts"]);
});

const completed = (count: number): Promise<void> =>
  client.until(
    (received) =>
      received.filter(({ method }) => method === "fuzzyFileSearch/sessionCompleted").length >=
      count,
  );

test("a session answers each query by notification until it is stopped", async () => {
  repository.write("main.ts", "");
  repository.write("other.ts", "");
  const sessionId = "s";
  const update = (query: string): Promise<unknown> =>
    client.request("fuzzyFileSearch/sessionUpdate", { sessionId, query });
  await expect(update("x")).rejects.toMatchObject({
    code: -32600,
    message: "fuzzy file search session not found: s",
  });
  const roots = [repository.root];
  expect(await client.request("fuzzyFileSearch/sessionStart", { sessionId, roots })).toEqual({});
  await completed(1);
  expect(await update("main")).toEqual({});
  await completed(2);
  expect(client.of("fuzzyFileSearch/sessionUpdated")).toEqual([
    { sessionId, query: "", files: [] },
    { sessionId, query: "main", files: [expect.objectContaining({ path: "main.ts" })] },
  ]);
  for (let times = 0; times < 2; times += 1) {
    expect(await client.request("fuzzyFileSearch/sessionStop", { sessionId })).toEqual({});
  }
  await expect(update("main")).rejects.toThrow("not found");
});

test("a session tells only about the last of several quick queries", async () => {
  repository.write("main.ts", "");
  const sessionId = "s";
  const roots = [repository.root];
  await client.request("fuzzyFileSearch/sessionStart", { sessionId, roots });
  for (const query of ["m", "ma", "main"]) {
    await client.request("fuzzyFileSearch/sessionUpdate", { sessionId, query });
  }
  await completed(1);
  expect(client.of("fuzzyFileSearch/sessionUpdated")).toMatchObject([{ query: "main" }]);
});

test("sessions end with the connection and are bounded", async () => {
  const roots = [repository.root];
  for (let index = 0; index < 8; index += 1) {
    await client.request("fuzzyFileSearch/sessionStart", { sessionId: `s${index}`, roots });
  }
  await expect(
    client.request("fuzzyFileSearch/sessionStart", { sessionId: "one more", roots }),
  ).rejects.toThrow("a client may have 8 search sessions");
  client.hangUp();
  await expect(
    client.request("fuzzyFileSearch/sessionUpdate", { sessionId: "s0", query: "x" }),
  ).rejects.toThrow("not found");
});
