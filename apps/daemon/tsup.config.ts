import { library } from "../../tools/tsup.ts";

// The test kit is of the repository only; `demo --mock` says so where it is missing.
export default library({ main: "src/main.ts" }, { external: ["@fairlead/testkit"], types: false });
