import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { exitCodeOf, runProgram } from "../../src/commands/exit-codes.ts";
import { CommandError, DaemonNotRunning } from "../../src/control/command-error.ts";
import { printJson } from "../../src/terminal/print-json.ts";
import { withSpinner } from "../../src/terminal/spinner.ts";

/** A terminal of our own; `shows` waits until it was written this. */
function screen(isTTY: boolean) {
  const waiting: { pattern: RegExp; resolve: () => void }[] = [];
  let text = "";
  return {
    isTTY,
    text: () => text,
    write(more: string) {
      text += more;
      for (const { pattern, resolve } of waiting) if (pattern.test(text)) resolve();
    },
    shows: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        if (pattern.test(text)) resolve();
        else waiting.push({ pattern, resolve });
      }),
  };
}

test("a wait that lasts is explained on a terminal, with the newest word, and leaves no trace", async () => {
  const stream = screen(true);
  const result = await withSpinner(
    "Starting",
    async (say) => {
      await stream.shows(/⠋ Starting/u);
      say("Still starting");
      await stream.shows(/⠹ Still starting/u);
      return 7;
    },
    { stream, delayMs: 1 },
  );
  expect(result).toBe(7);
  expect(stream.text().endsWith("\r\u001B[2K")).toBe(true);
});

test("a short wait and a pipe show nothing; a failure clears the line", async () => {
  const terminal = screen(true);
  await withSpinner("Quick", async () => {}, { stream: terminal });
  expect(terminal.text()).toBe("");
  const pipe = screen(false);
  await withSpinner("Piped", () => new Promise((resolve) => setImmediate(resolve)), {
    stream: pipe,
    delayMs: 0,
  });
  expect(pipe.text()).toBe("");
  const failing = withSpinner(
    "Failing",
    async () => {
      await terminal.shows(/Failing/u);
      throw new Error("no");
    },
    { stream: terminal, delayMs: 0 },
  );
  await expect(failing).rejects.toThrow("no");
  expect(terminal.text().endsWith("\r\u001B[2K")).toBe(true);
});

test("JSON is one value with an end of line", () => {
  const out = screen(false);
  printJson({ a: [1] }, out);
  expect(JSON.parse(out.text())).toEqual({ a: [1] });
  expect(out.text().endsWith("\n")).toBe(true);
});

test("the exit code tells scripts what kind of failure it was", () => {
  expect(exitCodeOf(new Error("x"))).toBe(1);
  expect(exitCodeOf(new CommandError("usage", "x"))).toBe(2);
  expect(exitCodeOf(new DaemonNotRunning())).toBe(3);
  expect(exitCodeOf(new CommandError("refused", "x"))).toBe(4);
  expect(exitCodeOf(new CommanderError(1, "commander.unknownOption", "x"))).toBe(2);
  expect(exitCodeOf(new CommanderError(0, "commander.helpDisplayed", "x"))).toBe(0);
});

test("what is typed wrongly ends with 2, in subcommands too, and help with 0", async () => {
  const ran: string[] = [];
  const program = (): Command => {
    const one = new Command("fairlead").configureOutput({
      writeOut: (text) => ran.push(text),
      writeErr: (text) => ran.push(text),
    });
    const devices = one.command("devices");
    devices.command("list").action(() => void ran.push("listed"));
    return one;
  };
  const run = (...words: string[]) => runProgram(program(), ["node", "fairlead", ...words]);
  expect(await run("devices", "list")).toBe(0);
  expect(ran).toEqual(["listed"]);
  expect(await run("devices", "list", "--nonsense")).toBe(2);
  expect(await run("--help")).toBe(0);
});
