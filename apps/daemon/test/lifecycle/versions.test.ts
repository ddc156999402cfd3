import { expect, test } from "vitest";
import { isNewer } from "../../src/lifecycle/versions.ts";

test("versions are ordered as npm orders them", () => {
  const ordered = [
    "nonsense",
    "0.9.10",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "v1.0.1",
    "1.2.0",
    "1.10.0",
  ];
  for (const [at, one] of ordered.entries()) {
    for (const [otherAt, other] of ordered.entries()) {
      expect(isNewer(one, other), `${one} after ${other}`).toBe(at > otherAt);
    }
  }
  expect(isNewer("1.0.0+build.2", "1.0.0+build.1")).toBe(false);
});
