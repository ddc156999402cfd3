import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@fairlead/bridge-core";
import { type CliStreams, UsageError } from "./streams.ts";

/** A recording as it was found, or why it could not be read. */
export type TranscriptFile =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly error: string };

/**
 * Reads what `--transcript` names: files, every `.jsonl` file in a folder and the folders in it (by
 * name), and standard input for `-`. What cannot be read does not hide the rest.
 */
export async function* transcriptFiles(
  paths: readonly string[],
  streams: CliStreams,
): AsyncGenerator<TranscriptFile, void, void> {
  for (const path of paths) {
    if (path === "-") {
      yield { name: "standard input", text: await streams.readInput() };
      continue;
    }
    try {
      for (const name of await filesOf(path)) yield await read(name);
    } catch (error) {
      yield { name: path, error: reasonOf(error) };
    }
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  const found = names.filter((name) => name.endsWith(".jsonl")).toSorted();
  if (found.length === 0) throw new UsageError("there is no .jsonl file in this folder");
  return found.map((name) => join(path, name));
}

async function read(name: string): Promise<TranscriptFile> {
  try {
    return { name, text: await readFile(name, "utf8") };
  } catch (error) {
    return { name, error: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return messageOf(error);
  if (error.code === "ENOENT") return "there is no such file";
  if (error.code === "EACCES") return "this file may not be read";
  return messageOf(error);
}
