import type { Principal } from "../devices/principal.ts";

interface Watched {
  readonly actions: Map<object, () => void>;
  readonly stop: () => void;
}

/** Does what is to be done when a device is revoked, with one listener however many sessions it has. */
export class PrincipalWatch {
  readonly #watched = new Map<Principal, Watched>();
  readonly #principals = new Map<object, Principal>();

  /** `action` runs once when the principal ends, until `key` is forgotten or watched again. */
  watch(principal: Principal, key: object, action: () => void): void {
    this.forget(key);
    this.#principals.set(key, principal);
    const watched = this.#watched.get(principal) ?? this.#listen(principal);
    watched.actions.set(key, action);
  }

  forget(key: object): void {
    const principal = this.#principals.get(key);
    if (principal === undefined) return;
    this.#principals.delete(key);
    const watched = this.#watched.get(principal);
    watched?.actions.delete(key);
    if (watched?.actions.size !== 0) return;
    watched.stop();
    this.#watched.delete(principal);
  }

  #listen(principal: Principal): Watched {
    const actions = new Map<object, () => void>();
    const onEnd = (): void => {
      for (const action of [...actions.values()]) action();
    };
    principal.ended.addEventListener("abort", onEnd, { once: true });
    const watched = { actions, stop: () => principal.ended.removeEventListener("abort", onEnd) };
    this.#watched.set(principal, watched);
    return watched;
  }
}
