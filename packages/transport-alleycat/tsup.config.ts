import { library } from "../../tools/tsup.ts";

export default library({
  index: "src/index.ts",
  testing: "src/testing.ts",
  // Loaded by its path beside the entries.
  "endpoint-worker": "src/endpoint-worker.ts",
});
