import { createServer, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";

/** What a server answers to a method of Amp's; null: never anything. */
export type Answers = (method: string) => { readonly status: number; readonly body: string } | null;

/** Stands where Amp looks for its server, as far as can be seen of that from outside. */
export class AmpServer implements AsyncDisposable {
  readonly url: string;
  /** The methods it was asked for. */
  readonly asked: string[] = [];
  /** The keys it was shown. */
  readonly keys: string[] = [];
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Listens on loopback. */
  static async start(answers: Answers): Promise<AmpServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const started = new AmpServer(server, `http://127.0.0.1:${port}/`);
    server.on("request", ({ url = "", headers }, response: ServerResponse) => {
      const method = /^\/api\/(?:internal\?)?(.*)$/.exec(url)?.[1] ?? url;
      started.asked.push(method);
      started.keys.push(headers.authorization ?? "");
      const answer = answers(method);
      if (answer === null) return;
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(answer.body);
    });
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

/** The same to everything. */
export function always(status: number, body = "{}"): Answers {
  return () => ({ status, body });
}

/** Knows the user, has no plugins of its own, and no thread. */
export const knowsTheUser: Answers = (method) => {
  const said = (result: unknown) => ({ status: 200, body: JSON.stringify({ ok: true, result }) });
  if (method === "loadPlugins") return said([]);
  if (method !== "getUserInfo") return { status: 500, body: "{}" };
  const name = { firstName: "A", lastName: "B", username: "a" };
  return said({ id: "user_1", email: "a@example.com", ...name, team: null, features: [] });
};
