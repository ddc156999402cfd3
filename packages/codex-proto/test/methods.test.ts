import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  clientMethods,
  codexVersion,
  isClientMethod,
  isServerNotificationMethod,
  isServerRequestMethod,
  notificationSchema,
  paramsSchema,
  resultSchema,
  serverNotificationMethods,
  serverRequestMethods,
  serverRequestSchema,
  serverResponseSchema,
} from "../src/index.ts";

test("every client method has params and a result that can be validated", () => {
  const methods = Object.keys(clientMethods).filter(isClientMethod);
  expect(methods.length).toBeGreaterThan(180);
  for (const method of methods) {
    expect(paramsSchema(method).safeParse("text").success, method).toBe(false);
    expect(resultSchema(method).safeParse("text").success, method).toBe(false);
  }
});

test("every server method has params and an answer that can be validated", () => {
  const requests = Object.keys(serverRequestMethods).filter(isServerRequestMethod);
  expect(requests).toContain("item/commandExecution/requestApproval");
  for (const method of requests) {
    expect(serverRequestSchema(method).safeParse("text").success, method).toBe(false);
    expect(serverResponseSchema(method).safeParse("text").success, method).toBe(false);
  }
  const notifications = Object.keys(serverNotificationMethods).filter(isServerNotificationMethod);
  expect(notifications.length).toBeGreaterThan(80);
  for (const method of notifications) {
    expect(notificationSchema(method).safeParse("text").success, method).toBe(false);
  }
});

test("the tables tell stable methods from experimental ones and include the overlay", () => {
  expect(clientMethods["thread/start"]).toBe("stable");
  expect(clientMethods["collaborationMode/list"]).toBe("experimental");
  expect(clientMethods["thread/rollback"]).toBe("stable");
  expect(clientMethods.getAuthStatus).toBe("stable");
  expect(serverNotificationMethods["item/dynamicToolCall/argumentsDelta"]).toBe("stable");
});

test("names that objects inherit are no methods", () => {
  expect(isClientMethod("toString")).toBe(false);
  expect(isServerRequestMethod("constructor")).toBe(false);
  expect(isServerNotificationMethod("__proto__")).toBe(false);
});

test("the generated files name the pinned codex", () => {
  const types = readFileSync(new URL("../src/generated/types.ts", import.meta.url), "utf8");
  expect(types.split("\n")[0]).toBe(`// generated from codex ${codexVersion}; do not edit`);
});
