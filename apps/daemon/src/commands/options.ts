import { InvalidArgumentError, Option } from "commander";

/** `--data-dir`, shared by every command that keeps or finds something. */
export function dataDirOption(): Option {
  const folder = "FAIRLEAD_HOME, or fairlead in the user's data folder";
  return new Option("--data-dir <folder>", `threads and token (default: ${folder})`);
}

/** `--port`, checked. */
export function portOption(description: string): Option {
  return new Option("--port <number>", description).argParser((text) => {
    const port = Number(text);
    if (/^\d+$/u.test(text) && port <= 65_535) return port;
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  });
}

/** A week: far below what the system's timers can hold. */
const maxMinutes = 7 * 24 * 60;

/** `--approval-limit`, checked and in minutes. */
export function approvalLimitOption(): Option {
  const description = "an approval nobody answers counts as declined then (default: it waits)";
  return new Option("--approval-limit <minutes>", description).argParser((text) => {
    const minutes = Number(text);
    if (/^\d+(\.\d+)?$/u.test(text) && minutes > 0 && minutes <= maxMinutes) return minutes;
    throw new InvalidArgumentError(`It is a number of minutes above 0, at most ${maxMinutes}.`);
  });
}
