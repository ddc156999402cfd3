import { clientMethods, serverRequestMethods } from "@fairlead/codex-proto";
import { expect, test } from "vitest";
import {
  answerRoles,
  mayAnswer,
  methodRoles,
  minimalRole,
  paramsFor,
  refusalOf,
} from "../../src/devices/method-roles.ts";
import { roles } from "../../src/devices/principal.ts";

const terminal = ["shell/spawn", "shell/input", "shell/resize", "shell/kill"];

test("every method of the schema and of the terminal has its role, and no other has", () => {
  expect(
    methodRoles()
      .map(([method]) => method)
      .toSorted(),
  ).toEqual([...Object.keys(clientMethods), ...terminal].toSorted());
  expect(
    answerRoles()
      .map(([method]) => method)
      .toSorted(),
  ).toEqual(Object.keys(serverRequestMethods).toSorted());
});

test("a method nobody knows needs admin, also one named like a property of objects", () => {
  for (const method of ["shell/list", "constructor", "__proto__", "toString", ""]) {
    expect(minimalRole(method), method).toBe("admin");
    expect(mayAnswer("drive", method), method).toBe(false);
  }
});

test("each role may do what the ones before it may", () => {
  for (const [method] of methodRoles()) {
    const allowed = roles.filter((role) => refusalOf(role, method) === null);
    expect(allowed, method).toEqual(roles.slice(roles.indexOf(minimalRole(method))));
  }
});

test("nothing a viewer may send writes, runs, logs in or reads files", () => {
  const effects =
    /(?:start|set|write|delete|remove|update|create|add|install|login|logout|exec|spawn|kill|import|fork|move|reset|enable|disable|archive|upload|save|fs\/\w+|\/call|steer|revert|rollback|inject_items)$/iu;
  const views = methodRoles().filter(([, role]) => role === "view");
  expect(views.map(([method]) => method).filter((method) => effects.test(method))).toEqual([]);
});

test("the steps from role to role", () => {
  expect(new Set(terminal.map(minimalRole))).toEqual(new Set(["drive"]));
  const least = ["thread/list", "thread/resume", "turn/interrupt", "turn/start", "command/exec"];
  expect(least.map(minimalRole)).toEqual(["view", "view", "approve", "drive", "drive"]);
  expect(["fs/readFile", "config/value/write", "account/login/start"].map(minimalRole)).toEqual([
    "drive",
    "admin",
    "admin",
  ]);
  expect(roles.map((role) => mayAnswer(role))).toEqual([false, true, true, true]);
  expect(mayAnswer("approve", "item/tool/call")).toBe(false);
  expect(mayAnswer("approve", "item/permissions/requestApproval")).toBe(true);
});

test("a refusal says which role is needed and what to type", () => {
  expect(refusalOf("view", "turn/start", "Pixel")).toBe(
    "turn/start needs the role `drive`, and this device has `view`: " +
      "on the host, run `fairlead devices role Pixel drive`",
  );
  expect(refusalOf("drive", "account/logout", "Old phone")).toContain(
    '`fairlead devices role "Old phone" admin`',
  );
  expect(refusalOf("view", "turn/start")).toContain("role NAME drive");
});

test("a viewer resumes a thread as it is", () => {
  const params = {
    threadId: "1",
    excludeTurns: true,
    model: null,
    approvalPolicy: "never",
    path: "/etc/passwd",
  };
  expect(paramsFor("approve", "thread/resume", params)).toEqual({
    params: { threadId: "1", excludeTurns: true },
    dropped: ["approvalPolicy", "path"],
  });
  expect(paramsFor("drive", "thread/resume", params)).toEqual({ params, dropped: [] });
});

test("a login's token is handed to an admin alone", () => {
  const params = { includeToken: true, refreshToken: false };
  expect(paramsFor("drive", "getAuthStatus", params).params).toEqual({ refreshToken: false });
  expect(paramsFor("admin", "getAuthStatus", params).params).toEqual(params);
});
