/** What the names of platform packages on npm are made of. */
export interface Platform {
  /** `linux-x64`, `win32-arm64`, … as Node names it. */
  readonly id: string;
  /** The same with `windows` or `win` in place of `win32`, as some name it. */
  readonly idWith: (windows: "windows" | "win") => string;
  readonly triple: string;
  /** `.exe` on Windows. */
  readonly suffix: string;
  readonly isWindows: boolean;
}

const triples: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "win32-x64": "x86_64-pc-windows-msvc",
  "win32-arm64": "aarch64-pc-windows-msvc",
};

/** A platform by Node's name of it; undefined when no agent has a build for it. */
export function platformOf(id: string): Platform | undefined {
  const triple = triples[id];
  if (triple === undefined) return undefined;
  const isWindows = id.startsWith("win32-");
  return {
    id,
    idWith: (windows) => id.replace("win32", windows),
    triple,
    suffix: isWindows ? ".exe" : "",
    isWindows,
  };
}
