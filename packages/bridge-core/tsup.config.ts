import { library } from "../../tools/tsup.ts";

export default library(
  {
    index: "src/index.ts",
    parts: "src/parts.ts",
    peer: "src/peer.ts",
    testing: "src/testing.ts",
  },
  // Optional, so tsup would bundle it; its native half cannot be.
  { external: ["@lydell/node-pty"] },
);
