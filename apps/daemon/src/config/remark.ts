import { basename } from "node:path";

/** Something to say about one place of the file. */
export interface ConfigRemark {
  /** From 1; null when it is of no line. */
  readonly line: number | null;
  /** `websocket.port`; null when it is of no key. */
  readonly key: string | null;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** `host.toml:12: websocket.port: 70000 is not a port: use 0 to 65535`. */
export function remarkLine(file: string, { line, key, message }: ConfigRemark): string {
  const place = line === null ? basename(file) : `${basename(file)}:${line}`;
  return key === null ? `${place}: ${message}` : `${place}: ${key}: ${message}`;
}
