import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const picture = fileURLToPath(new URL("../../../tools/picture.ts", import.meta.url));

test("the picture of the README shows what the demo prints now", async () => {
  const args = [
    "--conditions=@fairlead/source",
    "--import",
    import.meta.resolve("tsx"),
    picture,
    "--check",
  ];
  const { stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe("");
});
