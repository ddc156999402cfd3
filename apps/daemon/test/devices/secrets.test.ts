import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { fingerprintOf, digestOf, isSecret } from "../../src/devices/secret.ts";

const folder = new URL("../../src/devices/", import.meta.url);
const sources = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), "utf8"),
}));

test("secrets are compared as digests, whatever their lengths", () => {
  const digest = digestOf("right");
  expect(
    ["right", "wrong", "", "r".repeat(10_000)].map((given) => isSecret(given, digest)),
  ).toEqual([true, false, false, false]);
  expect(fingerprintOf("right")).toBe(digest.toString("hex").slice(0, 16));
});

test("no secret is compared in a way whose time tells something", () => {
  const secret =
    /(?:\b(?:token|proof|nonce|commitment|sha256)\b\s*[!=]==|[!=]==\s*\b(?:token|proof|nonce|commitment|sha256)\b)(?!\s*(?:null|undefined))/u;
  const compared = sources.flatMap(({ name, text }) =>
    text
      .split("\n")
      .filter((line) => secret.test(line) && !/typeof|null|undefined/u.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(compared).toEqual([]);
  const constant = sources.filter(({ text }) => text.includes("timingSafeEqual("));
  expect(constant.map(({ name }) => name)).toEqual(["pairing-code.ts", "secret.ts"]);
});

test("the search for the device of a token has no way out of its loop", () => {
  const registry = sources.find(({ name }) => name === "device-registry.ts")?.text ?? "";
  const body = /byToken\(token[^]*?\n {2}\}\n/u.exec(registry)?.[0] ?? "";
  expect(body).toContain("isSecret(token");
  expect(body).not.toMatch(/\bbreak\b/u);
  expect(body.match(/\breturn\b/gu)).toHaveLength(1);
});
