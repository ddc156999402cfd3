import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { opening, working } from "../../src/codex/ceiling/client-requests.ts";

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const file = new URL("../../../../packages/codex-proto/src/generated/schema.json", import.meta.url);
const protocol: {
  readonly clientRequests: Readonly<Record<string, { readonly params: Schema }>>;
  readonly definitions: Readonly<Record<string, Schema>>;
} = JSON.parse(await readFile(file, "utf8"));

/** Names of fields that may say what an agent is allowed to do. */
const telling =
  /polic|sandbox|permission|approv|reviewer|guardian|trust|bypass|^config$|^edits$|^keypath$|^environments$/iu;

function fieldsOf(schema: Schema | undefined, above: readonly string[], depth = 0): string[] {
  if (schema === undefined || depth > 8) return [];
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return fieldsOf(protocol.definitions[name], above, depth + 1);
  const { anyOf = [], oneOf = [], allOf = [], items, properties = {} } = schema;
  const alternatives = [...anyOf, ...oneOf, ...allOf, ...(items === undefined ? [] : [items])];
  return [
    ...alternatives.flatMap((one) => fieldsOf(one, above, depth + 1)),
    ...Object.entries(properties).flatMap(([key, field]) =>
      telling.test(key) ? [[...above, key].join(".")] : fieldsOf(field, [...above, key], depth + 1),
    ),
  ];
}

/** A field that codex adds is missing here: decide what the ceiling does with it, test it, add it. */
const known: Readonly<Record<string, readonly string[]>> = {
  "command/exec": ["permissionProfile", "sandboxPolicy"],
  "config/batchWrite": ["edits"],
  "config/value/write": ["keyPath"],
  // Makes codex ask more, not less.
  initialize: ["capabilities.requiredHumanApproval"],
  "thread/fork": ["approvalPolicy", "approvalsReviewer", "config", "permissions", "sandbox"],
  "thread/resume": ["approvalPolicy", "approvalsReviewer", "config", "permissions", "sandbox"],
  "thread/settings/update": [
    "approvalPolicy",
    "approvalsReviewer",
    "environments",
    "permissions",
    "sandboxPolicy",
  ],
  "thread/start": [
    "approvalPolicy",
    "approvalsReviewer",
    "config",
    "environments",
    "permissions",
    "sandbox",
  ],
  "turn/settings/update": ["approvalsReviewer", "environments"],
  "turn/start": [
    "approvalPolicy",
    "approvalsReviewer",
    "environments",
    "permissions",
    "sandboxPolicy",
  ],
};

test("the ceiling knows every field of the protocol that may say what an agent is allowed to do", () => {
  const found = Object.entries(protocol.clientRequests).flatMap(([method, { params }]) => {
    const fields = [...new Set(fieldsOf(params, []))].toSorted();
    return fields.length === 0 ? [] : [[method, fields] as const];
  });
  expect(Object.fromEntries(found)).toEqual(known);
});

/** They name a thread and make no agent work in it. */
const idle = new Set([
  "app/installed",
  "app/list",
  "app/read",
  "experimentalFeature/list",
  "feedback/save",
  "feedback/upload",
  "hooks/list",
  "mcpServer/event/stream/start",
  "mcpServer/oauth/login",
  "mcpServer/resource/read",
  // The client calls the tool itself.
  "mcpServer/tool/call",
  "mcpServerStatus/list",
  "thread/archive",
  "thread/attachment/add",
  "thread/attachment/list",
  "thread/attachment/remove",
  "thread/backgroundTerminals/clean",
  "thread/backgroundTerminals/list",
  "thread/backgroundTerminals/terminate",
  "thread/decrement_elicitation",
  "thread/delete",
  "thread/goal/clear",
  "thread/goal/get",
  "thread/guardianReview",
  "thread/increment_elicitation",
  "thread/items/list",
  "thread/items/read",
  "thread/memory/read",
  "thread/memoryMode/set",
  "thread/metadata/update",
  "thread/name/set",
  "thread/prediction/request",
  "thread/queue/delete",
  "thread/queue/list",
  "thread/queue/reorder",
  "thread/read",
  "thread/readState/update",
  "thread/realtime/appendAudio",
  "thread/realtime/appendSpeech",
  "thread/realtime/appendText",
  "thread/realtime/stop",
  "thread/revert",
  "thread/searchOccurrences",
  "thread/section/move",
  "thread/settings/update",
  "thread/timeline/list",
  "thread/turns/list",
  "thread/unarchive",
  "thread/unsubscribe",
  "turn/interrupt",
]);

test("every method with a thread is known to make an agent work in it, or not to", () => {
  const withThread = Object.entries(protocol.clientRequests).flatMap(([method, { params }]) => {
    const name = params?.$ref?.split("/").at(-1) ?? "";
    const { properties = {} } = protocol.definitions[name] ?? params ?? {};
    return "threadId" in properties ? [method] : [];
  });
  const unknown = withThread.filter(
    (method) => !working.has(method) && !opening.has(method) && !idle.has(method),
  );
  expect(unknown).toEqual([]);
  const gone = [...working, ...idle].filter((method) => !withThread.includes(method));
  expect(gone).toEqual([]);
});
