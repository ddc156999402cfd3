import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "@fairlead/bridge-core";
import { type CliStreams, UsageError } from "./streams.ts";

/** Writes a report, in a folder that is made when missing, and says so on standard error. */
export async function writeReport(file: string, text: string, streams: CliStreams): Promise<void> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  streams.err(`wrote ${file}\n`);
}
