/** Things that happen, taken one by one by a test that waits for them. */
export class Mailbox<T> {
  readonly all: T[] = [];
  #taken = 0;
  #wake: (() => void)[] = [];

  put(item: T): void {
    this.all.push(item);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The next one, or one that has come and nobody has taken. */
  next(): Promise<T> {
    return this.find(() => true);
  }

  /** The next one that fits; those before it are passed over. */
  async find(fits: (item: T) => boolean): Promise<T> {
    for (;;) {
      while (this.#taken < this.all.length) {
        const item = this.all[this.#taken];
        this.#taken += 1;
        if (item !== undefined && fits(item)) return item;
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }
}
