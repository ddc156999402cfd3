import { fieldsOf, listOf, numberOf } from "@fairlead/bridge-core/parts";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const hook = fileURLToPath(new URL("../hook/ask.mjs", import.meta.url));
const { hooks } = fieldsOf(
  JSON.parse(readFileSync(new URL("../hook/settings.json", import.meta.url), "utf8")),
);
const [ours] = listOf(fieldsOf(hooks)["PreToolUse"]).flatMap((each) => listOf(each["hooks"]));
const givenSeconds = numberOf(ours?.["timeout"]) ?? 0;

/** Time goes fast for the hook, but not for what would come after Droid has ended it. */
const hurry = `const wait = setTimeout;
  globalThis.setTimeout = (then, ms) => wait(then, ms < ${givenSeconds * 500} ? 1 : ms);`;

/** What the hook does about a call that is answered so, as its exit code and its output. */
async function asked(
  answer: RequestListener,
  imports = "",
): Promise<readonly [code: unknown, output: string]> {
  await using server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = fieldsOf(server.address());
  const url = `http://127.0.0.1:${numberOf(address["port"])}`;
  const env = { FAIRLEAD_DROID_GATE: url, FAIRLEAD_DROID_TOKEN: "t" };
  const args = ["--import", `data:text/javascript,${encodeURIComponent(imports)}`, hook];
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (error, output) => {
      server.closeAllConnections();
      resolve([error?.code ?? 0, output]);
    });
    child.stdin?.end("{}");
  });
}

test("an answer is handed to Droid as it is", async () => {
  const answer: RequestListener = (call, response) =>
    call.resume().on("end", () => response.end("yes"));
  expect(await asked(answer)).toEqual([0, "yes"]);
});

test.each<[string, RequestListener]>([
  ["is refused", (_call, response) => response.writeHead(401).end()],
  ["breaks off", (call) => call.socket.destroy()],
  ["breaks off within", (call, response) => response.write("{", () => call.socket.destroy())],
])("a call whose answer %s is refused", async (_how, answer) => {
  expect((await asked(answer))[0]).toBe(2);
});

test("a call that nobody answers is refused long before Droid would go on without an answer", async () => {
  expect((await asked(() => {}, hurry))[0]).toBe(2);
});
