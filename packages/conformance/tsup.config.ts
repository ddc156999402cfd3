import { library } from "../../tools/tsup.ts";

export default library({
  cli: "src/cli.ts",
  // Started by the suite: its file stays beside the others.
  "daemon-child": "src/suite/daemon-child.ts",
  index: "src/index.ts",
  laws: "src/laws.ts",
  scenarios: "src/scenarios.ts",
});
