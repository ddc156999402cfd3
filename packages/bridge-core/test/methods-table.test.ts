import { clientMethods, type ClientMethod } from "@fairlead/codex-proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Handlers, RequestContext } from "../src/methods/handler.ts";
import { refusals } from "../src/methods/refusals.ts";
import { methodTable } from "../src/methods/table.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";
import { TestClient } from "./test-client.ts";

/** Every method that is not refused, each answering with its own params. */
function everything(): Handlers {
  const handlers: Record<string, (params: unknown) => unknown> = {};
  for (const name of Object.keys(clientMethods)) {
    if (Object.hasOwn(refusals, name) || name === "initialize") continue;
    handlers[name] = (params) => params;
  }
  return handlers;
}

function without(method: ClientMethod): Handlers {
  const { [method]: _left, ...rest } = everything();
  return rest;
}

function context(experimental: boolean): RequestContext {
  const client = new TestClient({});
  return {
    client: {
      id: client.id,
      name: client.name,
      experimental,
      closed: client.closed,
      notify: (method, params) => client.notify(method, params),
    },
    subscriber: {
      closed: new AbortController().signal,
      notify: () => {},
      mayAnswer: () => true,
      deliver: () => {},
      ask: () => Promise.reject(new Error("not asked here")),
    },
    afterResponse: () => {},
  };
}

describe("methodTable", () => {
  it("has every codex method", () => {
    const entries = methodTable({ answered: [everything()], empty: [] }).entries();
    expect(entries.map(({ method }) => method)).toEqual(Object.keys(clientMethods).toSorted());
  });

  it("tells answered, empty and refused apart", () => {
    const { "app/list": appList = () => ({ data: [], nextCursor: null }) } = everything();
    const table = methodTable({
      answered: [without("app/list")],
      empty: [{ "app/list": appList }],
    });
    const kindOf = (name: string) => table.entries().find(({ method }) => method === name);
    expect(kindOf("thread/start")).toMatchObject({ kind: "answered", reason: null });
    expect(kindOf("app/list")).toMatchObject({ kind: "empty", reason: null });
    expect(kindOf("project/create")).toMatchObject({
      kind: "refused",
      reason: refusals["project/create"],
    });
    expect(kindOf("thread/search")).toMatchObject({ stability: "experimental" });
  });

  it("names the methods that are in two groups and those that are in none", () => {
    const twice: Handlers = { "model/list": () => ({ data: [], nextCursor: null }) };
    const both: Handlers = { "skills/remote/export": () => ({ id: "", path: "" }) };
    const groups = { answered: [without("thread/read"), both], empty: [twice] };
    expect(() => methodTable(groups)).toThrow(
      "The method table is wrong: in two groups: model/list, skills/remote/export; " +
        "neither answered nor refused: thread/read",
    );
  });

  it("keeps experimental methods from clients that did not opt in", async () => {
    const table = methodTable({ answered: [everything()], empty: [] });
    const params = { searchTerm: "x" };
    await expect(table.dispatch("thread/search", params, context(false))).rejects.toMatchObject({
      code: -32600,
      message: "thread/search requires experimentalApi capability",
    });
    expect(await table.dispatch("thread/search", params, context(true))).toEqual(params);
  });
});

describe("refusals", () => {
  it.each(Object.entries(refusals))("%s is refused with whole sentences", (_method, reason) => {
    expect(reason).toMatch(/^[A-Z].*[a-z)]\.$/);
    expect(reason).not.toMatch(/ {2}|\n/);
  });
});

describe("a request over the wire", () => {
  let server: AgentServer;
  let client: WireClient;

  beforeEach(async () => {
    server = createAgentServer({
      bridge: scriptedBridge().factory,
      dataDir: null,
      environment: async () => ({}),
    });
    client = await WireClient.connect(server);
  });

  afterEach(async () => {
    client.check();
    await client.hangUp();
    await server[Symbol.asyncDispose]();
  });

  it.each(Object.entries(refusals))("for %s gets the reason", async (method, reason) => {
    const refused = client.raw(method, {});
    await expect(refused).rejects.toMatchObject({ code: -32601, message: reason });
  });

  it("names the method and the field of wrong params", async () => {
    await expect(client.raw("app/read", { appIds: "one" })).rejects.toMatchObject({
      code: -32602,
      message: "app/read: appIds: expected array, received string",
    });
  });

  it("names the field that absent params lack", async () => {
    await expect(client.raw("app/read", undefined)).rejects.toMatchObject({
      code: -32602,
      message: "app/read: appIds: expected array, received undefined",
    });
  });

  it.each([undefined, null, {}])(
    "takes params %j where every field is optional",
    async (params) => {
      expect(await client.raw("app/list", params)).toEqual({ data: [], nextCursor: null });
    },
  );

  it("cannot shake hands twice", async () => {
    const clientInfo = { name: "again", title: null, version: "1" };
    await expect(client.raw("initialize", { clientInfo })).rejects.toMatchObject({
      code: -32600,
      message: "Already initialized",
    });
  });
});
