import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldsOf, type Fields } from "@fairlead/bridge-core/parts";
import { afterEach, expect, test } from "vitest";
import fairlead from "../plugin/fairlead.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-amp-")));
const folder = join(root, "project");
const config = join(root, "private");
mkdirSync(join(folder, ".git"), { recursive: true });
mkdirSync(join(config, "amp", "fairlead"), { recursive: true });
mkdirSync(join(root, "project-2"));
writeFileSync(join(folder, "a.txt"), "before");
writeFileSync(join(root, "secret.txt"), "secret");
symlinkSync(root, join(folder, "up"));
symlinkSync(join(root, "nowhere"), join(folder, "dangling"));

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  delete process.env["XDG_CONFIG_HOME"];
  for (const stop of stops.splice(0)) await stop();
});

/** The plugin, loaded, with a bridge that answers so. */
async function loaded(answers: (path: string, body: Fields) => Response | "hang up") {
  const asked: { path: string; body: Fields; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const [path, body] = [request.url ?? "", fieldsOf(JSON.parse(text))];
      if (path === "/stay") return;
      asked.push({ path, body, authorization: request.headers.authorization });
      const answer = answers(path, body);
      if (answer === "hang up") return void request.socket.destroy();
      void answer.text().then((said) => response.writeHead(answer.status).end(said));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const told = { url: `http://127.0.0.1:${port}`, token: "t0ken", cwd: folder };
  writeFileSync(join(config, "amp", "fairlead", "ask.json"), JSON.stringify(told));
  process.env["XDG_CONFIG_HOME"] = config;
  const handlers = new Map<string, (event: object) => Promise<unknown>>();
  await fairlead({
    on: (event: string, handler: unknown) => {
      if (typeof handler !== "function") return;
      handlers.set(event, async (given) => {
        const result: unknown = await Reflect.apply(handler, null, [given]);
        return result;
      });
    },
  });
  return {
    asked,
    hook: (event: string, given: object) => handlers.get(event)?.(given),
    call: (tool: string, input: object) =>
      handlers.get("tool.call")?.({ thread: { id: "T-1" }, toolUseID: "t1", tool, input }),
  };
}

const yes = (): Response => Response.json({ action: "allow" });

test("it reports with its token, leaves its mark, and asks with what the bridge cannot see", async () => {
  const { asked, call } = await loaded(yes);
  expect(asked).toMatchObject([{ path: "/hello", authorization: "Bearer t0ken" }]);
  expect(existsSync(join(config, "amp", "fairlead", "asked"))).toBe(true);
  const input = { path: "a.txt", content: "after" };
  expect(await call("create_file", input)).toEqual({ action: "allow" });
  expect(asked.at(-1)).toMatchObject({
    path: "/call",
    authorization: "Bearer t0ken",
    body: {
      ...{ thread: "T-1", id: "t1", tool: "create_file", input },
      ...{ inside: true, guarded: false, before: { "a.txt": "before" } },
    },
  });
});

test.each([
  ["nonsense", () => Response.json({ action: "modify", input: {} })],
  ["no answer", () => "hang up" as const],
  ["a refusal", () => new Response("{}", { status: 401 })],
  ["no JSON", () => new Response("yes")],
])("%s blocks the call", async (_, answer) => {
  const { call } = await loaded((path) => (path === "/hello" ? yes() : answer()));
  expect(await call("Bash", { cmd: "touch x" })).toEqual({
    action: "reject-and-continue",
    message: "Fairlead did not allow this call.",
  });
});

test("the bridge's words reach the model", async () => {
  const no = { action: "reject-and-continue", message: "Declined." };
  const { call } = await loaded((path) => (path === "/hello" ? yes() : Response.json(no)));
  expect(await call("Bash", { cmd: "x" })).toEqual(no);
});

test("without a bridge that answers it does not load", async () => {
  await expect(loaded(() => new Response("{}", { status: 401 }))).rejects.toThrow("401");
});

test.each([
  [{ path: "a.txt" }, true, false],
  [{ path: "./new/file.txt" }, true, false],
  [{ path: `${folder}/a.txt` }, true, false],
  [{ path: "..notes" }, true, false],
  [{ path: ".git/config" }, true, true],
  [{ path: ".amp/plugins/x.ts" }, true, true],
  [{ path: "../secret.txt" }, false, true],
  [{ path: "up/secret.txt" }, false, true],
  [{ path: "up/new.txt" }, false, true],
  [{ path: "dangling" }, false, true],
  [{ path: "../project-2/x" }, false, true],
  [{ path: "/etc/hostname" }, false, true],
  [{ path: "~/x" }, false, true],
  [{ path: "file:///etc/hostname" }, false, true],
  [{ patchText: "*** Update File: a.txt\n@@\n-x\n+y" }, true, false],
  [{ patchText: "*** Update File: a.txt\n*** Move to: ../b.txt\n" }, false, true],
  [{ patchText: "*** Add File: .git/hooks/pre-commit\n+x" }, true, true],
  [{ input: "*** Delete File: /etc/hostname" }, false, true],
  [{ patchText: "*** Begin Patch\n  *** Update File: ../b.txt\n@@\n*** End Patch" }, false, true],
  [{ patchText: "*** Begin Patch\n***  Update File: ../b.txt\n*** End Patch" }, false, true],
  [{ patchText: "*** Begin Patch\n*** Rename File: ../b.txt\n*** End Patch" }, false, true],
  [{ patchText: "*** Begin Patch\n*** Add File: b.txt\n+***\n*** End Patch" }, true, false],
  [{ path: "b.md", content: "one\n***\ntwo" }, true, false],
  [{ patchText: "no patch" }, true, true],
  [{ filePattern: "src/**/*.ts" }, true, false],
  [{ filePattern: "/etc/*" }, false, true],
  [{ pattern: "x", glob: "../*" }, false, true],
  [{ path: "a.txt", referenceFiles: ["../secret.txt"] }, false, true],
  [{ path: { to: "a.txt" } }, false, true],
  [{ path: "file://elsewhere/x" }, false, true],
])("%j: inside %s, guarded %s", async (input, inside, guarded) => {
  const { asked, call } = await loaded(yes);
  await call("x", input);
  expect(asked.at(-1)?.body).toMatchObject({ inside, guarded });
});

test("what Amp begins to work on is told, and what the bridge adds goes to the model", async () => {
  const { asked, hook } = await loaded((path) =>
    path === "/start" ? Response.json({ content: "Be brief." }) : yes(),
  );
  const event = { thread: { id: "T-1" }, message: "hello", id: "M-1" };
  expect(await hook("agent.start", event)).toEqual({ message: { content: "Be brief." } });
  expect(asked.at(-1)?.body).toEqual({ thread: "T-1", message: "hello", id: "M-1" });
});
