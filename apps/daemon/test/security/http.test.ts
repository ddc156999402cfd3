import { webSocketListener } from "@fairlead/bridge-core/transport";
import { expect, onTestFinished, test } from "vitest";
import type { PairingSource } from "../../src/devices/code-pairing.ts";
import { httpRoutes } from "../../src/serve/http-routes.ts";
import { healthHandler } from "../../src/operations/health.ts";
import { temporaryFolder } from "../devices/fixture.ts";

/** The port of a daemon's WebSocket, with everything that it answers over HTTP. */
async function port() {
  const bodies: unknown[] = [];
  const sources: PairingSource[] = [];
  const operations = healthHandler({
    readiness: () => "ready",
    metrics: () => "sessions 1\n",
    isOperator: async (token) => token === "operator",
    tokenFile: "/state/operator-token",
  });
  const requestHandler = httpRoutes({
    certificate: () => null,
    async pair(body, source) {
      bodies.push(body);
      sources.push(source);
      return { status: 200, body: {} };
    },
    operations,
  });
  const host = {
    stateDir: temporaryFolder(),
    hostName: "desk",
    pairingToken: () => "secret",
    admit: async () => ({ refusal: "nobody" }),
    log: () => {},
  };
  const address = { host: "127.0.0.1", port: 0, tls: null };
  const listener = await webSocketListener(host, { ...address, requestHandler });
  onTestFinished(() => listener[Symbol.asyncDispose]());
  return { url: listener.url.replace("ws:", "http:"), bodies, sources };
}

test("only JSON pairs: a form or a text, which any web page may send, is not even read", async () => {
  const { url, bodies } = await port();
  const post = async (type: string): Promise<number> => {
    const headers = { "content-type": type };
    return (await fetch(`${url}/pair`, { method: "POST", body: '{"name":"x"}', headers })).status;
  };
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    expect(await post(type)).toBe(415);
  }
  expect(bodies).toEqual([]);
  expect(await post("application/json; charset=utf-8")).toBe(200);
  expect(bodies).toEqual([{ name: "x" }]);
});

test("where a request says that it comes from is never believed", async () => {
  const { url, sources } = await port();
  const headers = {
    "content-type": "application/json",
    "x-forwarded-for": "203.0.113.9",
    forwarded: "for=203.0.113.9",
    "x-real-ip": "203.0.113.9",
  };
  await fetch(`${url}/pair`, { method: "POST", body: "{}", headers });
  expect(sources).toEqual([{ origin: "websocket 127.0.0.1", certificate: null }]);
});

test("a page may not read answers of another origin: nothing allows it", async () => {
  const { url } = await port();
  const options = { method: "OPTIONS", headers: { origin: "https://evil.example" } };
  for (const path of ["/pair", "/metrics", "/healthz"]) {
    const { status, headers } = await fetch(`${url}${path}`, options);
    expect(status).toBe(403);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

test("a token in the address opens nothing", async () => {
  const { url } = await port();
  for (const query of [
    "token=operator",
    "access_token=operator",
    "authorization=Bearer%20operator",
  ]) {
    expect((await fetch(`${url}/metrics?${query}`)).status).toBe(401);
  }
  const headers = { authorization: "Bearer operator" };
  expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
});
