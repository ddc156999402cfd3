import { library } from "../../tools/tsup.ts";

export default library({
  cli: "src/cli.ts",
  index: "src/index.ts",
  laws: "src/laws.ts",
  scenarios: "src/scenarios.ts",
});
