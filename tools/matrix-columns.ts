import type { BridgeFactory } from "../packages/bridge-core/src/index.ts";
import { bridges } from "../apps/daemon/src/registry.ts";

/** A bridge of the page, and what it plays. */
export interface MatrixColumn {
  /** Folder of its manifest and beats. There may be none yet. */
  readonly fixtures: URL;
  /** The module that is built for its daemons; its default export is the bridge. */
  readonly source: URL;
  readonly load: () => Promise<BridgeFactory>;
}

/** What stands for every agent that is reached through ACP: the one whose beats were recorded. */
const acp: MatrixColumn = {
  fixtures: packaged("acp", "test/conformance/"),
  source: packaged("acp", "test/claude-agent-acp.ts"),
  load: async () => (await import("../packages/bridge-acp/test/claude-agent-acp.ts")).default,
};

/** The columns behind codex's, in the order of the registry. */
export const matrixColumns: ReadonlyMap<string, MatrixColumn> = new Map(
  [...bridges].map(([name, { isOptional, load }]): [string, MatrixColumn] =>
    isOptional
      ? ["acp", acp]
      : [
          name,
          {
            fixtures: packaged(name, "test/conformance/"),
            source: packaged(name, "src/index.ts"),
            load,
          },
        ],
  ),
);

function packaged(name: string, path: string): URL {
  return new URL(`../packages/bridge-${name}/${path}`, import.meta.url);
}
