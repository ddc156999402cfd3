import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { badConfigExitCode } from "../../src/config/load.ts";
import { keys } from "../../src/config/keys.ts";
import { systemdUnit } from "../../src/service/systemd.ts";

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../../../packaging/${path}`, import.meta.url), "utf8");

test("the Nix module is closed, and its service is that of `fairlead install`", async () => {
  const module = await read("nix/module.nix");
  const code = module
    .replaceAll(/#.*$/gmu, "")
    .replaceAll(/''[\s\S]*?''/gu, '""')
    .replaceAll(/"(?:\\.|\$\{[^}]*\}|[^"\\])*"/gu, '""');
  let brackets = code.replaceAll(/[^()[\]{}]/gu, "");
  for (let before = ""; before !== brackets;) {
    before = brackets;
    brackets = brackets.replaceAll(/\(\)|\[\]|\{\}/gu, "");
  }
  expect(brackets).toBe("");
  const unit = systemdUnit({
    argv: ["/bin/node", "/bin/fairlead", "serve"],
    environment: {},
    stateDir: "/state",
    logFile: "/log",
    stopS: 3660,
  });
  const said = new Map(
    Array.from(unit.matchAll(/^([A-Z]\w+)=(.*)$/gmu), ([, key = "", value = ""]) => [key, value]),
  );
  const shared = [
    "Restart",
    "RestartSec",
    "RestartPreventExitStatus",
    "KillMode",
    "TimeoutStopSec",
  ];
  for (const key of shared) {
    const value = new RegExp(`^\\s*${key} = "?([\\w-]+)"?;$`, "mu").exec(module)?.[1];
    expect([key, value]).toEqual([key, said.get(key)]);
  }
  expect(said.get("RestartPreventExitStatus")).toBe(String(badConfigExitCode));
});

test("the container file is one: pinned, unprivileged, with the daemon's own port", async () => {
  const lines = (await read("container/Containerfile"))
    .replaceAll(/^#.*\n/gmu, "")
    .replaceAll(/\\\n\s*/gu, "")
    .split("\n")
    .filter((line) => line !== "");
  const instructions = lines.map((line) => {
    const [, name = "", rest = ""] = /^([A-Z]+) (.+)$/u.exec(line) ?? [];
    return { name, rest };
  });
  const known = /^(?:FROM|RUN|ARG|USER|ENV|WORKDIR|VOLUME|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD)$/u;
  for (const { name } of instructions) expect(name).toMatch(known);
  const of = (name: string): string | undefined =>
    instructions.find((one) => one.name === name)?.rest;
  expect(of("FROM")).toMatch(/^node:20\.\d+\.\d+-/u);
  expect(of("USER")).toBe("node");
  expect(of("EXPOSE")).toBe(String(keys.websocket.port.fallback));
  for (const name of ["ENTRYPOINT", "CMD", "VOLUME"]) {
    expect(JSON.parse(of(name) ?? "")).toBeInstanceOf(Array);
  }
});
