/** Where a part of the daemon writes what its operator may want to know. */
export type Log = (level: "debug" | "warn", message: string, data?: unknown) => void;

/** For commands that ask something and are done. */
export const silentLog: Log = () => {};
