import { library } from "../../tools/tsup.ts";

export default library(
  {
    index: "src/index.ts",
    parts: "src/parts.ts",
    peer: "src/peer.ts",
    process: "src/process.ts",
    session: "src/session.ts",
    testing: "src/testing.ts",
    transport: "src/transport.ts",
  },
  // Optional, so tsup would bundle it; its native half cannot be.
  { external: ["@lydell/node-pty"] },
);
