import { expect, test } from "vitest";
import { originOf, Visitors } from "../src/transport/visitors.ts";

test("failures are counted per host, whose IPv6 addresses are one network, and are bounded", () => {
  expect(originOf("::ffff:10.1.2.3")).toBe("10.1.2.3");
  expect([originOf("::1"), originOf("2001:db8::1")]).toEqual(["::1", "2001:db8:0:0::/64"]);
  expect(originOf("2001:db8::1")).toBe(originOf("2001:db8:0:0:9::2"));
  expect(originOf("2001:db8::1")).not.toBe(originOf("2001:db8:0:1::1"));
  const visitors = new Visitors({
    maxConnections: 2,
    maxPerAddress: 1,
    maxFailures: 1,
    now: () => 0,
  });
  visitors.failed("10.0.0.1");
  expect(visitors.blocked("10.0.0.1")).toMatchObject({ status: 429 });
  for (let i = 0; i < 1024; i += 1) visitors.failed(`10.1.${i >> 8}.${i & 255}`);
  expect(visitors.blocked("10.0.0.1")).toBeNull();
  const leave = visitors.enter("10.0.0.1");
  expect(visitors.enter("10.0.0.1")).toMatchObject({ status: 429 });
  expect(typeof visitors.enter("10.0.0.2")).toBe("function");
  expect(visitors.enter("10.0.0.3")).toMatchObject({ status: 503 });
  if (typeof leave === "function") [leave, leave].forEach((again) => again());
  expect(typeof visitors.enter("10.0.0.1")).toBe("function");
});

test("connections that say nothing are bounded per address, beside those that entered", () => {
  const limits = { maxConnections: 64, maxPerAddress: 2, maxFailures: 1, now: () => 0 };
  const visitors = new Visitors(limits);
  const leaves = Array.from({ length: 18 }, () => visitors.arrive("10.0.0.1"));
  expect(leaves.every((leave) => leave !== null)).toBe(true);
  expect(visitors.arrive("::ffff:10.0.0.1")).toBeNull();
  expect(visitors.arrive("10.0.0.2")).not.toBeNull();
  leaves[0]?.();
  leaves[0]?.();
  expect(visitors.arrive("10.0.0.1")).not.toBeNull();
  expect(visitors.arrive("10.0.0.1")).toBeNull();
});
