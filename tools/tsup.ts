import type { Options } from "tsup";

/** The one build preset: ESM, one entry per public subpath, declarations beside it. */
export function library(
  entry: Readonly<Record<string, string>> = { index: "src/index.ts" },
  {
    external = [],
    types = true,
  }: {
    readonly external?: readonly string[];
    /** False for a program, which nobody imports. */
    readonly types?: boolean;
  } = {},
): Options {
  return {
    entry: { ...entry },
    external: [...external],
    format: "esm",
    target: "node20",
    platform: "node",
    // `ignoreDeprecations`: tsup injects `baseUrl`, which TypeScript 6 reports.
    dts: types && { compilerOptions: { ignoreDeprecations: "6.0" } },
    clean: true,
    sourcemap: true,
    treeshake: true,
  };
}
