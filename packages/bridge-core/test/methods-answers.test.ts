import { tmpdir } from "node:os";
import { resultSchema, type ClientMethod, type ClientRequests } from "@fairlead/codex-proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OperatorPolicy } from "../src/policy.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

const folder = tmpdir();
let server: AgentServer;
let client: WireClient;

async function connect(policy?: OperatorPolicy): Promise<WireClient> {
  server = createAgentServer({
    bridge: scriptedBridge().factory,
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({}),
    ...(policy !== undefined && { policy }),
  });
  return WireClient.connect(server);
}

beforeEach(async () => {
  client = await connect();
});

afterEach(async () => {
  client.check();
  await client.hangUp();
  await server[Symbol.asyncDispose]();
});

/** Typed examples of requests and their whole answers. */
function example<M extends ClientMethod>(
  method: M,
  params: ClientRequests[M]["params"],
  result: ClientRequests[M]["result"],
): { readonly method: ClientMethod; readonly params: unknown; readonly result: unknown } {
  return { method, params, result };
}

const lastPage = { data: [], nextCursor: null };
const noMarketplaces = { marketplaces: [], marketplaceLoadErrors: [] };

const examples = [
  example(
    "account/read",
    {},
    {
      account: null,
      userId: null,
      requiresOpenaiAuth: false,
      workspaceRouting: null,
    },
  ),
  example(
    "getAuthStatus",
    { includeToken: true, refreshToken: null },
    { authMethod: null, authToken: null, requiresOpenaiAuth: false },
  ),
  example(
    "account/bedrock/checkGovCloudRequirements",
    {},
    {
      isGovCloud: false,
      shouldWarn: false,
    },
  ),
  example(
    "userVerification/status",
    {},
    {
      credentialId: null,
      unavailableReason: "providerUnavailable",
      unavailableMessage: "Fairlead verifies no users.",
    },
  ),
  example(
    "collaborationMode/list",
    {},
    {
      data: [
        { name: "Plan", mode: "plan", model: null, reasoning_effort: null },
        { name: "Default", mode: "default", model: null, reasoning_effort: null },
      ],
    },
  ),
  example(
    "modelProvider/list",
    {},
    {
      data: [
        {
          id: "scripted",
          name: "Scripted",
          canEdit: false,
          baseUrl: null,
          settings: { type: "customGateway", auth: { mode: "externallyConfigured", envKey: null } },
        },
      ],
      defaultProviderId: "scripted",
      canChangeDefault: false,
    },
  ),
  example("windowsSandbox/readiness", undefined, { status: "notConfigured" }),
  example("accountSession/list", {}, { activeSessionId: null, sessions: [] }),
  example("account/securitySetup/read", undefined, { notice: null }),
  example("account/workspaceMessages/read", undefined, { featureEnabled: false, messages: [] }),
  example("app/installed", {}, { apps: [] }),
  example("app/list", { limit: 5 }, lastPage),
  example("app/read", { appIds: ["one", "two"] }, { apps: [], missingAppIds: ["one", "two"] }),
  example("experimentalFeature/list", {}, lastPage),
  example("externalAgentConfig/import/readHistories", undefined, { data: [], connectors: [] }),
  example(
    "hooks/list",
    { cwds: ["/a", "/b"] },
    {
      data: ["/a", "/b"].map((cwd) => ({ cwd, hooks: [], warnings: [], errors: [] })),
    },
  ),
  example("hooks/list", {}, { data: [{ cwd: folder, hooks: [], warnings: [], errors: [] }] }),
  example("mcpServerStatus/list", { detail: "full" }, lastPage),
  example("memory/status", {}, { v2ConsolidatedThreads: 0, v2Ready: false }),
  example(
    "permissionProfile/list",
    { cwd: folder },
    {
      data: [
        { id: ":read-only", description: null, allowed: true },
        { id: ":workspace", description: null, allowed: true },
        { id: ":danger-full-access", description: null, allowed: false },
      ],
      nextCursor: null,
    },
  ),
  example("plugin/installed", { cwds: [folder] }, noMarketplaces),
  example("plugin/list", {}, { ...noMarketplaces, featuredPluginIds: [] }),
  example("plugin/search", { searchTerm: "any" }, lastPage),
  example("plugin/share/list", {}, { data: [] }),
  example("project/list", {}, lastPage),
  example("skills/remote/list", {}, { data: [] }),
  example("thread/attachmentOwner/list", { attachmentType: "a", identityKey: "b" }, lastPage),
  example("threadSection/list", {}, lastPage),
];

describe("answers that do not depend on the agent", () => {
  it.each(examples)("$method is answered in full", async ({ method, params, result }) => {
    const answer = await client.raw(method, params);
    expect(answer).toEqual(result);
    resultSchema(method).parse(answer);
  });

  it("tells of the server's own process", async () => {
    const { process: own, gauges } = await client.request("server/diagnostics", {});
    expect(own.id).toBe(process.pid);
    expect(own.residentMemoryBytes).toBeGreaterThan(1_000_000);
    expect(gauges).toEqual([]);
  });
});

describe("config/read", () => {
  it("knows the agent as the provider and its default model, and nothing of the agent's own", async () => {
    const { config, origins, layers } = await client.request("config/read", { cwd: folder });
    expect(config.model_provider).toBe("scripted");
    expect(config.model).toBe("scripted");
    const known = Object.keys(config).filter((key) => config[key] !== null);
    expect(known).toEqual(["model", "model_provider", "projects"]);
    expect(config["projects"]).toEqual({ [folder]: { trust_level: "trusted" } });
    expect(origins).toEqual({});
    expect(layers).toBeNull();
  });

  it("has no layers when they are asked for", async () => {
    const { layers } = await client.request("config/read", { includeLayers: true });
    expect(layers).toEqual([]);
  });
});

describe("configRequirements/read", () => {
  it("says what the operator allows", async () => {
    const { requirements } = await client.request("configRequirements/read", undefined);
    expect(requirements?.allowedApprovalPolicies).toEqual(["untrusted", "on-request"]);
    expect(requirements?.allowedSandboxModes).toEqual(["read-only", "workspace-write"]);
  });

  it("leaves everything but the reviewer open when the operator allows everything", async () => {
    await client.hangUp();
    await server[Symbol.asyncDispose]();
    client = await connect({ approvals: "auto", sandbox: "danger-full-access" });
    const { requirements } = await client.request("configRequirements/read", undefined);
    expect(requirements?.allowedApprovalPolicies).toBeNull();
    expect(requirements?.allowedSandboxModes).toContain("danger-full-access");
    expect(requirements?.allowedApprovalsReviewers).toEqual(["user"]);
  });
});

describe("what a thread has none of", () => {
  const nothing = [
    { method: "thread/goal/get", result: { goal: null } },
    { method: "thread/memory/read", result: { summary: null } },
    { method: "thread/queue/list", result: lastPage },
    { method: "thread/attachment/list", result: lastPage },
  ] as const;

  it.each(nothing)("$method is empty for a thread", async ({ method, result }) => {
    const threadId = await client.startThread(folder);
    expect(await client.request(method, { threadId })).toEqual(result);
  });

  it.each(nothing)("$method refuses a thread that does not exist", async ({ method }) => {
    await expect(client.raw(method, { threadId: "none" })).rejects.toMatchObject({
      code: -32600,
      message: "thread not found: none",
    });
  });
});
