import { expect, test } from "vitest";
import { decide, isUnsafe, rulesOf, serverPermission, sessionRules } from "../src/permissions.ts";
import { endsInRules, grantOf, type PermissionRule as Rule } from "@fairlead/bridge-core/parts";
import { allow, asks, folder, permissive, settings } from "./fake-opencode.ts";

const edits = { ...settings, approvals: "auto" } as const;

test("the rule that makes all ask is the last one of a server's permissions", () => {
  expect(serverPermission({ bash: { "rm *": "deny" } })).toBe(
    '{"bash":{"rm *":"deny"},"**":{"**":"ask"}}',
  );
  expect(JSON.parse(serverPermission("allow"))).toEqual({ "*": "allow", "**": { "**": "ask" } });
  expect(JSON.parse(serverPermission({}))).toEqual({ "**": { "**": "ask" } });
});

/** What OpenCode makes of rules: the last one that matches. */
function lastOf(rules: readonly Rule[], permission: string, pattern: string): string | undefined {
  const isFor = (text: string, wild: string): boolean =>
    wild === text || wild === "*" || (wild.endsWith("*") && text.startsWith(wild.slice(0, -1)));
  return rules.findLast(
    (rule) => isFor(permission, rule.permission) && isFor(pattern, rule.pattern),
  )?.action;
}

test("rules of a session: what the user allows is asked, what they forbid stays forbidden", () => {
  const rules = sessionRules(
    [
      { permission: "*", pattern: "*", action: "allow" },
      { permission: "read", pattern: "secret*", action: "deny" },
      { permission: "bash", pattern: "git *", action: "allow" },
      { permission: "bash", pattern: "rm *", action: "deny" },
      { permission: "external_directory", pattern: "/other/*", action: "allow" },
      {
        permission: "external_directory",
        pattern: "/data/opencode/tool-output/*",
        action: "allow",
      },
    ],
    "fl-1-",
    ["sneaky"],
  );
  const asked = [
    ["bash", "git status"],
    ["bash", "touch x"],
    ["edit", "a.txt"],
    ["webfetch", "https://example.test"],
    ["anybodys_tool", "*"],
    ["external_directory", "/other/x"],
    ["fl-1-kit_tool", "*"],
    ["task", "general"],
  ] as const;
  for (const [kind, what] of asked)
    expect([kind, lastOf(rules, kind, what)]).toEqual([kind, "ask"]);
  for (const [kind, what] of [
    ["bash", "rm x"],
    ["read", "secret.txt"],
    ["task", "sneaky"],
    ["fl-2-kit_tool", "*"],
  ] as const) {
    expect([kind, lastOf(rules, kind, what)]).toEqual([kind, "deny"]);
  }
  for (const [kind, what] of [
    ["read", "a.txt"],
    ["grep", "x"],
    ["external_directory", "/data/opencode/tool-output/1"],
  ] as const) {
    expect([kind, lastOf(rules, kind, what)]).toEqual([kind, "allow"]);
  }
});

test("rules that a session has at its end are not added again", () => {
  const rules = sessionRules([], "fl-1-", []);
  expect(endsInRules([...rules, ...rules], rules)).toBe(true);
  expect(
    endsInRules([...rules, { permission: "bash", pattern: "*", action: "allow" }], rules),
  ).toBe(false);
  expect(endsInRules([], rules)).toBe(false);
});

const bash = { permission: "bash", pattern: "*", action: "allow" };
test.each([
  ["asks for all, as our servers make it", [allow, asks], false],
  ["allows all", [allow], true],
  ["allows one thing behind the rule", [allow, asks, bash], true],
  ["allows it before the rule", [allow, bash, asks], false],
  [
    "reads only",
    [
      { ...allow, action: "deny" },
      { ...bash, permission: "read" },
    ],
    false,
  ],
  ["forbids all and then allows commands", [{ ...allow, action: "deny" }, bash], true],
  ["has no rules", [], true],
])("an agent that %s", (_what, permission, unsafe) => {
  expect(isUnsafe({ name: "x", permission })).toBe(unsafe);
});

test("the rules of the user are those without ours", () => {
  expect(rulesOf({ permission: [allow, asks, bash] })).toEqual([allow, bash]);
});

const free: readonly Rule[] = [{ permission: "*", pattern: "*", action: "allow" }];
const strict: readonly Rule[] = [...free, { permission: "bash", pattern: "rm *", action: "deny" }];
const planning: readonly Rule[] = [...free, { permission: "task", pattern: "*", action: "deny" }];
const secret: readonly Rule[] = [...free, { permission: "read", pattern: "*.env", action: "ask" }];
test.each([
  ["bash", "touch x", [], settings, free, "ask"],
  ["bash", "touch x", [], edits, free, "ask"],
  ["bash", "touch x", [], permissive, free, "grant"],
  ["bash", "rm x", [], permissive, strict, "refuse"],
  ["bash", "rm", [], settings, strict, "refuse"],
  ["edit", "a.txt", [`${folder}/a.txt`], settings, free, "ask"],
  ["edit", "a.txt", [`${folder}/a.txt`], edits, free, "grant"],
  ["edit", "a.txt", [`${folder}/a.txt`, "/etc/b"], edits, free, "ask"],
  ["edit", "../b", [`${folder}/../b`], edits, free, "ask"],
  ["edit", "b", [`${folder}-other/b`], edits, free, "ask"],
  ["edit", "h", [`${folder}/.git/hooks/h`], edits, free, "ask"],
  ["edit", "o", [`${folder}/opencode.json`], edits, free, "ask"],
  ["edit", "p", [`${folder}/.opencode/plugin/p.ts`], edits, free, "ask"],
  ["edit", "s", [`${folder}/.claude/settings.json`], edits, free, "ask"],
  ["edit", "s", [`${folder}/sub/.agents/skills/s`], edits, free, "ask"],
  ["edit", "a.txt", [], edits, free, "ask"],
  ["edit", "a.txt", [""], edits, free, "ask"],
  ["edit", "a.txt", [`${folder}/a.txt`], { ...edits, mode: "plan" }, free, "ask"],
  ["external_directory", "/etc/*", [], edits, free, "ask"],
  ["external_directory", "/etc/*", [], permissive, free, "grant"],
  ["read", "a.txt", [], settings, free, "grant"],
  ["read", "x.env", [], settings, secret, "ask"],
  ["task", "general", [], settings, free, "grant"],
  ["task", "general", [], settings, planning, "refuse"],
  ["unheard_of", "x", [], settings, free, "ask"],
] as const)("%s %s %j", (permission, pattern, files, given, rules, decision) => {
  const metadata = { files: files.map((filePath) => ({ filePath })) };
  const request = { permission, patterns: [pattern], metadata };
  expect(decide(request, { settings: given, rules, cwd: folder })).toBe(decision);
});

test("plan mode grants nothing, whatever else is set", () => {
  expect(grantOf({ ...permissive, mode: "plan" })).toBe("nothing");
});
