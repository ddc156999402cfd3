import { describe, expect, test } from "vitest";
import { redactText, redactValue } from "../../src/logging/redact.ts";

describe("texts", () => {
  const hex = "0123456789abcdef".repeat(4);
  test.each([
    [`Authorization: Bearer ${hex}`, hex],
    ["authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
    ["ANTHROPIC_API_KEY=abcdefgh run", "abcdefgh"],
    [`{"token":"${hex}","a":1}`, hex],
    ['{"apiKey": "a \\"b\\" c"}', "b"],
    ["password: 'two words'", "two words"],
    ["fairlead pair --token hunter22", "hunter22"],
    ["ws://ada:hunter22@host/path", "hunter22"],
    ["GET /agents?token=hunter22&x=1", "hunter22"],
    [`the token of this device is ${hex}`, hex],
    ["secret key used: dGhpcyBpcyBhIHNlY3JldCAx", "dGhpcyBpcyBhIHNlY3JldCAx"],
    [`key ${"sk"}-abcdefghijklmnop was refused`, "abcdefghijklmnop"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijklmnop"],
    ["github_pat_11ABCDEFG0123456789_abcdefghijk", "11ABCDEFG"],
    ["AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef", "eyJzdWIiOiIxIn0"],
    ["-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "MIIEvQ"],
  ])("%j loses its secret", (text, secret) => {
    expect(text).toContain(secret);
    expect(redactText(text)).not.toContain(secret);
    expect(redactText(text)).toContain("[redacted]");
  });

  test.each([
    "claude: the turn 0199f3a1-8f2c-7000-8000-000000000000 failed: no result",
    "tokens used: 12345, total token count 99",
    "commit 0123456789abcdef0123456789abcdef01234567 is checked out",
    "listening on ws://127.0.0.1:4517/agents/claude",
    "the key websocket.port is wrong",
    '{"token":null,"tokenUsage":{"total":5}}',
  ])("%j is left as it is", (text) => {
    expect(redactText(text)).toBe(text);
  });

  test("lose what is known to be secret, also encoded", () => {
    const secrets = ['p&ss w"rd 1', "short"];
    expect(redactText('a p&ss w"rd 1 b p%26ss%20w%22rd%201 c p&ss w\\"rd 1 short', secrets)).toBe(
      "a [redacted] b [redacted] c [redacted] short",
    );
  });

  test("of any length take no long time", () => {
    const started = process.hrtime.bigint();
    redactText(`token ${"a".repeat(100_000)} ${"password ".repeat(5000)}`);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(5000);
  });
});

describe("values", () => {
  test("lose what stands under a telling name, and keep counts", () => {
    const value = {
      token: "abc",
      nested: [
        { apiKey: "abc", OPENAI_API_KEY: "abc", Authorization: ["abc"], note: "Bearer abcdefgh" },
      ],
      env: new Map([["PASSWORD", "abc"]]),
      tokenCount: "12",
      tokens: 12,
      inputTokens: 3,
      token_type: "pairing",
      key: null,
    };
    expect(redactValue(value)).toEqual({
      token: "[redacted]",
      nested: [
        {
          apiKey: "[redacted]",
          OPENAI_API_KEY: "[redacted]",
          Authorization: "[redacted]",
          note: "Bearer [redacted]",
        },
      ],
      env: { PASSWORD: "[redacted]" },
      tokenCount: "12",
      tokens: 12,
      inputTokens: 3,
      token_type: "pairing",
      key: null,
    });
  });

  test("become plain JSON of a bounded size, whatever they are", () => {
    const circle: Record<string, unknown> = { big: 1n, bytes: Buffer.alloc(9), when: new Date(0) };
    circle["self"] = circle;
    Object.defineProperty(circle, "bad", {
      enumerable: true,
      configurable: true,
      get() {
        throw new Error("no");
      },
    });
    expect(redactValue(circle)).toBe("[unreadable]");
    Reflect.deleteProperty(circle, "bad");
    const cause = new Error("token=hunter22");
    const data = {
      list: Array.from({ length: 500 }, () => 1),
      long: "x".repeat(1_000_000),
      deep: JSON.parse(`${"[".repeat(50)}${"]".repeat(50)}`),
      error: new TypeError("bad", { cause }),
      circle,
    };
    const clean = redactValue(data);
    expect(JSON.stringify(clean).length).toBeLessThan(20_000);
    expect(clean).toMatchObject({
      error: { error: "TypeError: bad", cause: { error: "Error: token=[redacted]" } },
      circle: {
        big: "1",
        bytes: "[9 bytes]",
        when: "1970-01-01T00:00:00.000Z",
        self: "[circular]",
      },
    });
  });
});
