import { fileURLToPath } from "node:url";

/** The words that start `fairlead` from its source, for programs that are not started by the lanes themselves. */
export const fairleadCommand: readonly string[] = [
  process.execPath,
  "--conditions=@fairlead/source",
  "--import",
  import.meta.resolve("tsx"),
  fileURLToPath(new URL("../src/main.ts", import.meta.url)),
];
