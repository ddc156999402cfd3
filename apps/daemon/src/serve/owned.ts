/** What somebody has started, ended in the opposite order. */
export class Owned implements AsyncDisposable {
  readonly #resources: (AsyncDisposable | Disposable)[] = [];

  /** Takes charge of a resource and gives it back. */
  add<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  /** Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#resources.splice(0).toReversed()) {
      if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
      else resource[Symbol.dispose]();
    }
  }
}
