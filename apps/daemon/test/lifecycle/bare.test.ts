import { Command } from "commander";
import { expect, test } from "vitest";
import { addBare } from "../../src/commands/bare.ts";
import { exitCodes, runProgram } from "../../src/commands/exit-codes.ts";
import { dataDirOption } from "../../src/commands/options.ts";

test("the options of bare `fairlead` are not taken from its commands, nor is a typo a start", async () => {
  const got: unknown[] = [];
  const run = (...words: string[]) => {
    const program = new Command("fairlead").configureOutput({ writeErr: () => {} });
    addBare(program, async () => {});
    program
      .command("probe")
      .addOption(dataDirOption())
      .action((options) => void got.push(options));
    return runProgram(program, ["node", "fairlead", ...words]);
  };
  expect(await run("probe", "--data-dir", "/here")).toBe(exitCodes.ok);
  expect(got).toEqual([{ dataDir: "/here" }]);
  expect(await run("--data-dir", "/here", "probe")).toBe(exitCodes.usage);
  expect(await run("prob")).toBe(exitCodes.usage);
  expect(got).toHaveLength(1);
});
