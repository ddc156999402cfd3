import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RpcError, rpcCode } from "../errors.ts";
import { osErrorText } from "./os-error.ts";

/** Changes within this time are told together. */
const gatherMs = 200;

/**
 * Watches the direct children of a folder (`isFolder`), or one path that may not exist yet, until
 * disposed. `onChange` gets absolute paths. Throws `RpcError` when the system refuses.
 */
export class PathWatch implements Disposable {
  readonly #target: string;
  readonly #isFolder: boolean;
  readonly #onChange: (paths: string[]) => void;
  readonly #watcher: FSWatcher;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(target: string, isFolder: boolean, onChange: (paths: string[]) => void) {
    this.#target = target;
    this.#isFolder = isFolder;
    this.#onChange = onChange;
    const folder = isFolder ? target : dirname(target);
    try {
      this.#watcher = watch(folder, { persistent: false }, (_event, name) => this.#note(name));
    } catch (error) {
      throw new RpcError(rpcCode.internalError, `${osErrorText(error)}: ${folder}`);
    }
    // A folder that goes away ends its own watch; there is nothing more to tell.
    this.#watcher.on("error", () => this.#watcher.close());
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#watcher.close();
  }

  #note(name: string | null): void {
    if (!this.#isFolder && name !== basename(this.#target)) return;
    const path = this.#isFolder && name !== null ? join(this.#target, name) : this.#target;
    this.#changed.add(path);
    this.#timer ??= setTimeout(() => this.#tell(), gatherMs);
  }

  #tell(): void {
    this.#timer = undefined;
    const paths = [...this.#changed].toSorted();
    this.#changed.clear();
    this.#onChange(paths);
  }
}
