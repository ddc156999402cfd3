import type { Options } from "tsup";

/** The one build preset: ESM, one entry per public subpath, declarations beside it. */
export function library(
  entry: Readonly<Record<string, string>> = { index: "src/index.ts" },
  { external = [] }: { readonly external?: readonly string[] } = {},
): Options {
  return {
    entry: { ...entry },
    external: [...external],
    format: "esm",
    target: "node20",
    platform: "node",
    // `ignoreDeprecations`: tsup injects `baseUrl`, which TypeScript 6 reports.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    clean: true,
    sourcemap: true,
    treeshake: true,
  };
}
