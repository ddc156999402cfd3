import { expect, test } from "vitest";
import { token, watchedGateway } from "./watched-gateway.ts";

test("a daemon lives from the start, and is ready between its start and its stop", async () => {
  await using here = await watchedGateway();
  const states: unknown[] = [];
  for (const readiness of ["starting", "ready", "stopping"] as const) {
    here.monitoring.become(readiness);
    const [alive, ready] = [await here.get("/healthz"), await here.get("/readyz")];
    states.push([alive?.status, ready?.status, ready?.body]);
  }
  expect(states).toEqual([
    [200, 503, "starting\n"],
    [200, 200, "ready\n"],
    [200, 503, "stopping\n"],
  ]);
});

test("metrics are for the operator, from this machine too", async () => {
  await using here = await watchedGateway();
  for (const remoteAddress of ["127.0.0.1", "::1", "192.0.2.1"]) {
    for (const authorization of [undefined, "Bearer wrong", token, `Basic ${token}`]) {
      const from = { remoteAddress, ...(authorization !== undefined && { authorization }) };
      const refused = await here.get("/metrics", from);
      expect(refused).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
      expect(refused?.body).toContain("the token in /home/user/token");
    }
    const authorization = `Bearer ${token}`;
    expect(await here.get("/metrics", { remoteAddress, authorization })).toMatchObject({
      status: 200,
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  }
  // Who may open the unix socket is the operator.
  expect(await here.get("/metrics", { remoteAddress: "" })).toMatchObject({ status: 200 });
});

test("nothing is answered that can only be read, or is somebody else's", async () => {
  await using here = await watchedGateway();
  expect(await here.get("/readyz", { method: "POST" })).toMatchObject({
    status: 405,
    headers: { allow: "GET, HEAD" },
  });
  for (const path of ["/", "/pair", "/metrics/", "/agents/claude"]) {
    expect(await here.get(path)).toBeNull();
  }
});
