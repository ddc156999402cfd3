import { RpcError } from "../errors.ts";
import type { ClientHandle } from "../methods/handler.ts";

/**
 * What clients keep open, by client and by the id the client chose. A resource is disposed when it
 * is removed or replaced, when its client's connection closes, and with the whole.
 */
export class ClientResources<T extends Disposable> implements Disposable {
  readonly #byClient = new Map<string, Map<string, T>>();
  readonly #maxPerClient: number;
  readonly #tooMany: string;

  /** `tooMany` is what a client is told that wants more than `maxPerClient`. */
  constructor(maxPerClient: number, tooMany: string) {
    this.#maxPerClient = maxPerClient;
    this.#tooMany = tooMany;
  }

  get(client: ClientHandle, id: string): T | undefined {
    return this.#byClient.get(client.id)?.get(id);
  }

  /** Takes over what `open` makes. Throws `RpcError` when the client has too many or is gone. */
  add(client: ClientHandle, id: string, open: () => T): T {
    if (client.closed.aborted) throw RpcError.invalidRequest("the connection is closed");
    this.remove(client, id);
    const own = this.#resourcesOf(client);
    if (own.size >= this.#maxPerClient) throw RpcError.invalidRequest(this.#tooMany);
    const resource = open();
    own.set(id, resource);
    return resource;
  }

  /** Does nothing when there is no such resource. */
  remove(client: ClientHandle, id: string): void {
    const own = this.#byClient.get(client.id);
    own?.get(id)?.[Symbol.dispose]();
    own?.delete(id);
  }

  [Symbol.dispose](): void {
    for (const clientId of this.#byClient.keys()) this.#forget(clientId);
  }

  #resourcesOf(client: ClientHandle): Map<string, T> {
    const known = this.#byClient.get(client.id);
    if (known !== undefined) return known;
    const own = new Map<string, T>();
    this.#byClient.set(client.id, own);
    client.closed.addEventListener("abort", () => this.#forget(client.id), { once: true });
    return own;
  }

  #forget(clientId: string): void {
    const own = this.#byClient.get(clientId);
    this.#byClient.delete(clientId);
    for (const resource of own?.values() ?? []) resource[Symbol.dispose]();
  }
}
