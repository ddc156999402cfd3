import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type BridgeFactory, messageOf } from "@fairlead/bridge-core";
import { fakeHost } from "@fairlead/bridge-core/testing";
import { UsageError } from "./streams.ts";

/** A bridge from a file. */
export interface LoadedBridge {
  readonly factory: BridgeFactory;
  /** Where it was loaded from: another process can load it again. */
  readonly url: URL;
}

/**
 * Loads the default export of a built module and asks it once for its adapter, on a host where
 * nothing happens. Throws a {@link UsageError} when there is no file, no bridge in it, or one of
 * another contract.
 */
export async function loadBridge(path: string): Promise<LoadedBridge> {
  await expectFile(path);
  const url = pathToFileURL(resolve(path));
  const factory = defaultExport(await importFrom(path, url), path);
  if (!isFactory(factory)) {
    throw new UsageError(`the default export of ${path} is no function: export a BridgeFactory`);
  }
  await expectContract(factory, path);
  return { factory, url };
}

async function expectFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`there is no file ${path}: is the bridge built?`);
  if (found.isDirectory()) {
    throw new UsageError(`${path} is a folder: name the built file, such as dist/index.js`);
  }
}

async function importFrom(path: string, url: URL): Promise<unknown> {
  try {
    const loaded: unknown = await import(url.href);
    return loaded;
  } catch (error) {
    throw new UsageError(`${path} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

function defaultExport(loaded: unknown, path: string): unknown {
  if (typeof loaded === "object" && loaded !== null && "default" in loaded) return loaded.default;
  const names = typeof loaded === "object" && loaded !== null ? Object.keys(loaded) : [];
  const others = names.length === 0 ? "it exports nothing" : `it exports ${names.join(", ")}`;
  throw new UsageError(`${path} has no default export (${others}): export a BridgeFactory`);
}

function isFactory(value: unknown): value is BridgeFactory {
  return typeof value === "function";
}

async function expectContract(factory: BridgeFactory, path: string): Promise<void> {
  let adapter: unknown;
  try {
    adapter = factory(fakeHost());
  } catch (error) {
    throw new UsageError(`the bridge of ${path} failed at once: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (typeof adapter !== "object" || adapter === null || !("contract" in adapter)) {
    throw new UsageError(
      `the default export of ${path} makes no BridgeAdapter: it has no contract`,
    );
  }
  if (adapter.contract !== 1) {
    throw new UsageError(
      `the bridge of ${path} wants contract ${String(adapter.contract)}; this version of Fairlead has contract 1`,
    );
  }
  if (isDisposable(adapter)) await adapter[Symbol.asyncDispose]();
}

function isDisposable(value: object): value is AsyncDisposable {
  return Symbol.asyncDispose in value;
}
