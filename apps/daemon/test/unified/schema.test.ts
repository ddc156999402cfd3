import { clientMethods } from "@fairlead/codex-proto";
import { describe, expect, test } from "vitest";
import {
  configModels,
  notificationModels,
  requestModels,
  resultModels,
  serverRequestModels,
} from "../../src/gateway/unified/model-fields.ts";
import { routes } from "../../src/gateway/unified/routes.ts";
import { messages, requiredParams } from "./protocol-schema.ts";

/** Names that may be that of a field with a model in it. */
const modelLike = /model|slug|^upgrade$/i;

/** Those that are not, by name: what they are instead. */
const otherThings: ReadonlyMap<string, string> = new Map([
  ["modelProvider", "a provider of models"],
  ["modelProviders", "providers of models"],
  ["model_provider", "a provider of models"],
  ["model_reasoning_effort", "an effort"],
  ["model_reasoning_summary", "how reasoning is told"],
  ["model_verbosity", "how much is written"],
  ["modelReasoningEffort", "an effort"],
  ["model_auto_compact_token_limit_scope", "what a limit counts"],
  ["modelSpecialty", "what a model is good at"],
  ["modelLink", "an address"],
  ["modelCatalogJson", "a path"],
  ["deviceModel", "a kind of phone"],
  ["preferredModelDisplayMode", "a place on a screen"],
  ["PreModelRequest", "hooks"],
  ["PostModelRequest", "hooks"],
]);

/** The fields of `model/list` that are ids of models without saying so. */
const idsOfModels = ["data.*.id"];

const tables = {
  request: requestModels,
  result: resultModels,
  notification: notificationModels,
  "server request": serverRequestModels,
  "client's answer": {},
} as const;
const directions = [
  "request",
  "result",
  "notification",
  "server request",
  "client's answer",
] as const;

describe.each(directions)("every model in a %s", (direction) => {
  const table: Readonly<Record<string, readonly string[] | undefined>> = tables[direction];
  const known = messages[direction];

  test("is in the table of what is rewritten", () => {
    const forgotten = [...known].flatMap(([method, fields]) =>
      fields
        .filter(({ name, isText }) => isText && modelLike.test(name) && !otherThings.has(name))
        .filter(({ path }) => !path.endsWith(".*") && table[method]?.includes(path) !== true)
        .map(({ path }) => `${method}: ${path}`),
    );
    expect(forgotten).toEqual([]);
  });

  test("is one of the protocol", () => {
    const open = /(?:^|\.)config\.(?:.*\.)?(?:model|review_model)$/;
    const unknown = Object.entries(table).flatMap(([method, paths = []]) =>
      paths
        .filter((path) => !(known.get(method) ?? []).some((field) => field.path === path))
        .filter((path) => !open.test(path))
        .map((path) => `${method}: ${path}`),
    );
    expect(unknown).toEqual([]);
  });
});

test("the exceptions are all of the protocol", () => {
  const names = new Set(
    directions.flatMap((direction) =>
      [...messages[direction].values()].flatMap((fields) => fields.map(({ name }) => name)),
    ),
  );
  expect([...otherThings.keys()].filter((name) => !names.has(name))).toEqual([]);
  expect(resultModels["model/list"]).toEqual(expect.arrayContaining(idsOfModels));
  expect(configModels).toContain("model");
});

test("every method either names its thread or has a route", () => {
  const missing = Object.keys(clientMethods).filter((method) => {
    const required = requiredParams(method);
    const namesThread = required.includes("threadId") || required.includes("conversationId");
    return !namesThread && !Object.hasOwn(routes, method);
  });
  expect(missing).toEqual([]);
});

test("no route is for a method that always names its thread, or for none", () => {
  const superfluous = Object.keys(routes).filter(
    (method) =>
      !Object.hasOwn(clientMethods, method) || requiredParams(method).includes("threadId"),
  );
  expect(superfluous).toEqual([]);
});
