import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { securityPage } from "../../../../tools/security-page.ts";

const page = readFileSync(new URL("../../../../docs/security.md", import.meta.url), "utf8");

test("docs/security.md is what `pnpm security-page` writes now", async () => {
  expect(page).toBe(await securityPage(page));
});

test("a page that lost a place for a table is refused", async () => {
  const without = page.replace("<!-- end of ceilings -->", "");
  await expect(securityPage(without)).rejects.toThrow('no place for "ceilings"');
});
