import { library } from "../../tools/tsup.ts";

export default {
  ...library({ main: "src/main.ts" }),
  // Of the repository only; `demo --mock` says so where it is missing.
  external: ["@fairlead/testkit"],
};
