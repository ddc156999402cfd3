import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { parseBeat } from "../src/fixture/beat.ts";
import { FixturePlayer } from "../src/fixture/player.ts";
import { namesOf } from "../src/fixture/stage.ts";

describe("what a fixture's agent is told of its surroundings", () => {
  it("calls a server the bridge named, and goes on when there is an answer", async () => {
    const heard: unknown[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        heard.push({ authorization: request.headers.authorization, body: JSON.parse(body) });
        response.end("{}");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const tools = { url: `http://127.0.0.1:${port}/`, token: "Bearer one" };

    const lines = [
      { dir: "send", frame: { type: "open" } },
      { post: "$url", headers: { authorization: "$token" }, body: { method: "tools/call" } },
      { dir: "recv", frame: { type: "called" } },
    ];
    const open = parseBeat("open", lines.map((line) => JSON.stringify(line)).join("\n"));
    const problems: string[] = [];
    const player = new FixturePlayer({
      fixtures: { open, beat: () => open, furnish: () => {} },
      setup: {
        programs: {},
        arguments: {},
        written: { url: "tools.url", token: "tools.token" },
        environment: {},
      },
      home: "/home/user",
      onActivity: () => {},
      onProblem: (problem) => void problems.push(problem),
    });
    try {
      const process = player.spawn({ file: "agent", args: [], cwd: "/project" });
      await process.write({ type: "open", tools });
      const { value } = await process.lines.next();
      expect(value).toEqual({ json: { type: "called" } });
      expect(heard).toEqual([{ authorization: "Bearer one", body: { method: "tools/call" } }]);
      while (player.isBusy) await nextTurn();
      expect(problems).toEqual([]);
    } finally {
      server.close();
    }
  });

  it("takes names from the first flag there is; one without a value leaves the name open", () => {
    const names = { session: ["--session-id", "--fork", "--resume"] };
    const named = (...args: readonly string[]) => namesOf(args, names).get("$session");
    expect(named("--resume", "old", "--session-id", "new")).toBe("new");
    expect(named("--resume=old")).toBe("old");
    expect(named("--resume", "old", "--fork", "--verbose")).toBeUndefined();
    expect(named("--resume", "old", "--fork")).toBeUndefined();
    expect(named("--verbose")).toBeUndefined();
  });
});
