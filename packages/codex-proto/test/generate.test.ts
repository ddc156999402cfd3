import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RawSurface } from "../scripts/codex.ts";
import { renderMethods } from "../scripts/methods.ts";
import { renderSchema } from "../scripts/schema.ts";
import { readSurface } from "../scripts/surface.ts";
import { renderTypes } from "../scripts/types.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codex-proto-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Writes a surface of one client request, `tea/brew`, as codex would. */
async function writeSurface(resultName: string): Promise<RawSurface> {
  const files: Record<string, string> = {
    "ts/index.ts": `export type { Leaf } from "./Leaf";`,
    "ts/v2/index.ts": `export type { ${resultName} } from "./${resultName}";`,
    "ts/serde_json/JsonValue.ts": "export type JsonValue = null;",
    "ts/Leaf.ts": "/** v1 leaf */\nexport type Leaf = bigint;",
    "ts/Cup.ts": `import type { Leaf } from "./Leaf";\nexport type Cup = { leaf: Leaf };`,
    "ts/v2/Leaf.ts": "export type Leaf = string;",
    [`ts/v2/${resultName}.ts`]: `import type { Leaf } from "./Leaf";
export type ${resultName} = { leaf: Leaf };`,
    "ts/ClientRequest.ts": `export type ClientRequest = { "method": "tea/brew", id: RequestId, params: undefined, };`,
    "ts/ServerRequest.ts": "export type ServerRequest = never;",
    "ts/ServerNotification.ts": "export type ServerNotification = never;",
    "ts/ClientNotification.ts": "export type ClientNotification = never;",
    "schema.json": JSON.stringify({
      definitions: {
        ClientRequest: {
          oneOf: [{ properties: { method: { enum: ["tea/brew"] }, params: { type: "null" } } }],
        },
        ServerRequest: { oneOf: [] },
        ServerNotification: { oneOf: [] },
        ClientNotification: { oneOf: [] },
        v2: {
          [resultName]: {
            title: resultName,
            additionalProperties: false,
            properties: { title: { type: "string", default: "" } },
          },
          Unused: { type: "string" },
        },
      },
    }),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return { types: join(folder, "ts"), schema: join(folder, "schema.json") };
}

test("a method whose result type is not known fails the generation by name", async () => {
  const raw = await writeSurface("PotOfTea");
  await expect(readSurface(raw, raw)).rejects.toThrow("No result type known for: tea/brew.");
});

test("a method is mapped to its params and to the result named after it", async () => {
  const raw = await writeSurface("TeaBrewResponse");
  const methods = renderMethods(await readSurface(raw, raw));
  expect(methods).toContain(`"tea/brew": { params: undefined; result: types.TeaBrewResponse };`);
  expect(methods).toContain(`"tea/brew": "stable",`);
});

test("the schema keeps what methods reach, without annotations and limits on unknown fields", async () => {
  const raw = await writeSurface("TeaBrewResponse");
  expect(JSON.parse(renderSchema(await readSurface(raw, raw)))).toEqual({
    clientRequests: {
      "tea/brew": { params: { type: "null" }, result: { $ref: "#/definitions/TeaBrewResponse" } },
    },
    serverRequests: {},
    serverNotifications: {},
    definitions: { TeaBrewResponse: { properties: { title: { type: "string" } } } },
  });
});

test("of a name in both namespaces the v2 type keeps it; comments and bigint are gone", async () => {
  const raw = await writeSurface("TeaBrewResponse");
  const types = (await renderTypes(raw.types)).split("\n\n");
  expect(types.filter((type) => /Leaf|\*/.test(type))).toEqual([
    "export type Cup = { leaf: V1Leaf };",
    "export type Leaf = string;",
    "export type TeaBrewResponse = { leaf: Leaf };",
    "export type V1Leaf = number;",
  ]);
});
