import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runUserShell } from "../src/exec/user-shell.ts";
import { groups } from "./support/unwatched-groups.ts";

const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", SHELL: "/bin/sh" };
const never = new AbortController().signal;

test("runs a command line as the shell reads it and streams both outputs", async () => {
  const pieces: string[] = [];
  const result = await runUserShell({
    commandLine: "printf 'a b' | tr a A; echo ' é' >&2; exit 7",
    cwd: tmpdir(),
    env,
    signal: never,
    groups,
    onOutput: (text) => pieces.push(text),
  });
  expect(result.exitCode).toBe(7);
  expect(result.output).toContain("A b");
  expect(result.output).toContain(" é\n");
  expect(pieces.join("")).toBe(result.output);
});

test("ends the command when aborted", async () => {
  const abort = new AbortController();
  const result = await runUserShell({
    commandLine: "echo ready; sleep 600",
    cwd: tmpdir(),
    env,
    signal: abort.signal,
    groups,
    onOutput: () => abort.abort(),
  });
  expect(result).toEqual({ exitCode: 143, output: "ready\n" });
});

test("ends the command when its time is up", async () => {
  const command = { commandLine: "sleep 600", cwd: tmpdir(), env, signal: never, groups };
  const result = await runUserShell({ ...command, timeoutMs: 50, onOutput: () => {} });
  expect(result.exitCode).toBe(124);
});

test("says which folder is missing", async () => {
  const command = { commandLine: "true", cwd: "/no/such/folder", env, signal: never, groups };
  await expect(runUserShell({ ...command, onOutput: () => {} })).rejects.toThrow(
    "folder /no/such/folder",
  );
});

test("takes sh when the environment names no shell", async () => {
  const command = {
    commandLine: "echo here",
    cwd: tmpdir(),
    signal: never,
    groups,
    onOutput: () => {},
  };
  const result = await runUserShell({ ...command, env: { ...env, SHELL: "" } });
  expect(result.output).toBe("here\n");
});
