import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LiveContext } from "../context.ts";
import type { LiveScenario } from "../scenario.ts";
import { nowhere } from "./agent.ts";
import { always, AmpServer, type Answers } from "./server.ts";

const soonMs = 2000;

/** Why the first turn of a thread does not come about, in the words a client gets. */
async function refusal(live: LiveContext): Promise<string> {
  try {
    const { turn } = await live.turn(await live.start(), "hello");
    assert.equal(turn.status, "failed");
    return turn.error?.message ?? "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The same with a server that answers so. */
async function refusalOf(live: LiveContext, answers: Answers): Promise<string> {
  const server = live.own(await AmpServer.start(answers));
  live.environment({ AMP_URL: server.url });
  const words = await refusal(live);
  assert.ok(server.asked.length > 0, "Amp never asked its server");
  return words;
}

/** What Amp says in plain text, or does not say, is a sentence for the user. */
export const errors: readonly LiveScenario[] = [
  {
    id: "no-login",
    sentence:
      "Without a key and a stored login there is one sentence that says what to do, within two seconds, in place of Amp's endless wait for a pasted code.",
    async run(live) {
      live.environment({ AMP_API_KEY: "" });
      // The first thread of a daemon loads the bridge.
      await refusal(live);
      const beganMs = Date.now();
      assert.match(await refusal(live), /not logged in: run `amp login`, or set AMP_API_KEY/u);
      const tookMs = Date.now() - beganMs;
      assert.ok(tookMs < soonMs, `it took ${tookMs} ms`);
    },
  },
  {
    id: "stored-login",
    sentence:
      "A login that `amp login` stored for the server in use is found, and is what Amp shows that server; one for another server is none.",
    async run(live) {
      const server = live.own(await AmpServer.start(always(401)));
      const data = join(live.folder, "data");
      live.environment({ AMP_API_KEY: "", AMP_URL: server.url, XDG_DATA_HOME: data });
      const store = async (url: string): Promise<void> => {
        await mkdir(join(data, "amp"), { recursive: true });
        const secrets = { [`apiKey@${url}`]: "sgamp_stored" };
        await writeFile(join(data, "amp", "secrets.json"), JSON.stringify(secrets));
      };
      await store("https://ampcode.com/");
      assert.match(await refusal(live), /not logged in/u);
      assert.equal(server.keys.length, 0);
      await store(server.url);
      assert.match(await refusal(live), /does not accept the login/u);
      assert.ok(server.keys.includes("Bearer sgamp_stored"), server.keys.join());
      await rm(data, { recursive: true });
    },
  },
  {
    id: "key-refused",
    sentence: "A key that the server refuses (401) is told as that, with what to do.",
    async run(live) {
      assert.match(
        await refusalOf(live, always(401)),
        /does not accept the login: run `amp login`/u,
      );
    },
  },
  {
    id: "no-credits",
    sentence: "An account without credits (402) is told as that.",
    async run(live) {
      const error = { code: "out-of-credits", message: "no credits" };
      const body = JSON.stringify({ ok: false, error });
      assert.match(await refusalOf(live, always(402, body)), /out of credits|failed: 402/u);
    },
  },
  {
    id: "server-fails",
    sentence: "A server that fails (500) is told in Amp's words.",
    async run(live) {
      assert.match(await refusalOf(live, always(500)), /Amp server returned an error/u);
    },
  },
  {
    id: "server-garbled",
    sentence: "A server that answers what is no JSON fails the turn with Amp's words.",
    async run(live) {
      assert.match(await refusalOf(live, always(200, "<html>")), /JSON|Unexpected error/u);
    },
  },
  {
    id: "offline",
    sentence: "Without a network it is said which server cannot be reached.",
    async run(live) {
      assert.match(await refusal(live), new RegExp(`connect to the Amp server at ${nowhere}`, "u"));
    },
  },
  {
    id: "server-silent",
    sentence:
      "A server that never answers is given up after 40 seconds, and Amp's process is gone.",
    async run(live) {
      const words = await refusalOf(live, () => null);
      assert.match(words, /server may not answer|timed? ?out|connect/iu);
    },
  },
  {
    id: "not-installed",
    sentence: "Where there is no Amp, the turn says how to install it.",
    async run(live) {
      live.environment({ FAIRLEAD_AMP: join(live.folder, "no-amp") });
      assert.match(await refusal(live), /npm i -g @sourcegraph\/amp|not installed|no-amp/u);
    },
  },
];
