import type { Settings } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import amp from "../src/index.ts";
import { isLoggedIn } from "../src/login.ts";
import { verdictOn } from "../src/permissions.ts";
import { settingsWith, usersSettings } from "../src/settings.ts";
import { hostOf, settings, signal } from "./open-thread.ts";

const home = "/home/user";
const secrets = `${home}/.local/share/amp/secrets.json`;
const stored = (url: string): string => JSON.stringify({ [`apiKey@${url}`]: "sgamp_x" });

test.each([
  [{ AMP_API_KEY: "sgamp_x" }, {}, true],
  [{ AMP_API_KEY: "" }, {}, false],
  [{}, { [secrets]: stored("https://ampcode.com/") }, true],
  [{}, { [secrets]: stored("https://other.example/") }, false],
  [{ AMP_URL: "https://other.example" }, { [secrets]: stored("https://other.example/") }, true],
  [{ XDG_DATA_HOME: "/data" }, { [secrets]: stored("https://ampcode.com/") }, false],
  [{ XDG_DATA_HOME: "/data" }, { "/data/amp/secrets.json": stored("https://ampcode.com/") }, true],
  [{}, { [secrets]: "no JSON" }, false],
])("a login in %j and %j: %s", async (environment, files, expected) => {
  const host = hostOf({ files: { ...files } });
  expect(await isLoggedIn(host, { HOME: home, ...environment })).toBe(expected);
});

test("the probe tells the version, a missing login and a missing program apart", async () => {
  const probed = (environment: object, code = 0) => {
    const host = hostOf({
      environment: { HOME: home, ...environment },
      onSpawn: (process) => {
        process.emitText("0.0.1790142911-g7618fb (released 2026-09-23T06:35:11.000Z, 58d ago)");
        process.exit({ code });
      },
    });
    return amp(host).probe({ signal });
  };
  expect(await probed({ AMP_API_KEY: "x" })).toEqual({
    available: true,
    version: "0.0.1790142911-g7618fb",
  });
  expect(await probed({})).toMatchObject({
    available: false,
    reason: "unauthenticated",
    login: ["amp", "login"],
  });
});

test("settings: the user's, comments and all, with our rule behind what they reject", async () => {
  const text = `{
    // mine
    "amp.dangerouslyAllowAll": true, /* for now */
    "amp.url": "https://x//y",
    "amp.permissions": [
      { "tool": "Bash", "action": "allow" },
      { "tool": "web_search", "action": "reject" },
    ],
  }`;
  const host = hostOf({ files: { [`${home}/.config/amp/settings.jsonc`]: text } });
  const users = await usersSettings(host, { HOME: home });
  expect(settingsWith(users, "/p")).toEqual({
    "amp.dangerouslyAllowAll": false,
    "amp.url": "https://x//y",
    "amp.permissions": [
      { tool: "web_search", action: "reject" },
      { tool: "*", action: "delegate", to: "/p" },
    ],
  });
  expect(await usersSettings(hostOf(), { HOME: home })).toEqual({});
  const broken = hostOf({ files: { "/s.json": "{" } });
  await expect(usersSettings(broken, { AMP_SETTINGS_FILE: "/s.json" })).rejects.toThrow(
    "/s.json is no JSON: correct it",
  );
});

const grants = {
  ask: {},
  "auto, read-only": { approvals: "auto", sandbox: "read-only" },
  "auto, workspace-write": { approvals: "auto" },
  "auto, full": { approvals: "auto", sandbox: "danger-full-access" },
  "full, asked": { sandbox: "danger-full-access" },
  plan: { mode: "plan", approvals: "auto", sandbox: "danger-full-access" },
} as const satisfies Readonly<Record<string, Partial<Settings>>>;

test.each([
  ["shell_command", true, false, "ask ask ask allow ask ask"],
  ["Bash", true, false, "ask ask ask allow ask ask"],
  ["apply_patch", true, false, "ask ask allow allow ask plan"],
  ["create_file", true, false, "ask ask allow allow ask plan"],
  ["edit_file", true, true, "ask ask ask allow ask plan"],
  ["edit_file", false, true, "ask ask ask allow ask plan"],
  ["Read", true, false, "allow allow allow allow allow allow"],
  ["Read", false, true, "ask ask ask allow ask ask"],
  ["Grep", true, false, "allow allow allow allow allow allow"],
  ["todo_write", true, false, "allow allow allow allow allow allow"],
  ["Task", true, false, "ask ask ask allow ask ask"],
  ["web_search", true, false, "ask ask ask allow ask ask"],
  ["shell_command_kill", true, false, "ask ask ask allow ask ask"],
  ["mcp__probe__say", true, false, "ask ask ask allow ask ask"],
  ["code_exec", true, false, "ask ask ask allow ask ask"],
  ["unheard_of", true, false, "ask ask ask allow ask ask"],
])("%s, inside %s, guarded %s: %s", (tool, inside, guarded, expected) => {
  const verdicts = Object.values(grants).map((grant) =>
    verdictOn({ tool, inside, guarded }, { ...settings, ...grant }),
  );
  expect(verdicts.join(" ")).toBe(expected);
});

test("facts that are missing grant nothing", () => {
  const auto = { ...settings, approvals: "auto" } as const;
  expect(verdictOn({ tool: "Read" }, auto)).toBe("ask");
  expect(verdictOn({ tool: "edit_file", inside: true }, auto)).toBe("ask");
});
