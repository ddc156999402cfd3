/** Something that is made when it is first wanted. */
export interface Lazy<T> {
  /** Makes it, once; tried again after a failure. */
  get(): Promise<T>;
  /** What has been made; null when nothing has. */
  readonly made: T | null;
}

/** Puts off what the start of the daemon need not wait for. */
export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let pending: Promise<T> | null = null;
  let made: T | null = null;
  const start = async (): Promise<T> => {
    try {
      made = await make();
      return made;
    } catch (error) {
      pending = null;
      throw error;
    }
  };
  return {
    get: () => (pending ??= start()),
    get made() {
      return made;
    },
  };
}
