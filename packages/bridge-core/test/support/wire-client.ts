import { assertNoViolations, createLawChecker } from "@fairlead/conformance/laws";
import type {
  ClientMethod,
  ClientRequests,
  ServerNotificationMethod,
  ServerNotifications,
} from "@fairlead/codex-proto";
import { resultSchema, notificationSchema } from "@fairlead/codex-proto";
import { RpcError } from "../../src/errors.ts";
import { Peer } from "../../src/rpc/peer.ts";
import type { FrameTransport } from "../../src/rpc/transport.ts";
import type { AgentServer, AttachOptions } from "../../src/server/agent-server.ts";
import { memoryPair } from "../../src/transport/memory.ts";
import { Mailbox } from "./mailbox.ts";

/** A server request the client got. */
export interface AskedRequest {
  readonly id: string | number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly respond: (result: unknown) => void;
  /** Answers with an error. */
  readonly refuse: (message: string) => void;
}

/**
 * A client in memory. Every frame of it is held to the laws when it is checked at the end of the
 * test.
 */
export class WireClient {
  readonly notifications: Mailbox<{ readonly method: string; readonly params: unknown }> =
    new Mailbox();
  readonly requests: Mailbox<AskedRequest> = new Mailbox();
  readonly #laws = createLawChecker({ errorCodes: true });
  readonly #peer: Peer;
  readonly #transport: FrameTransport;
  readonly closed: Promise<void>;

  private constructor(server: AgentServer, options: AttachOptions) {
    const [near, far] = memoryPair();
    this.closed = server.attach(far, options).closed;
    this.#transport = near;
    this.#peer = new Peer(tap(near, this.#laws), {
      onNotification: (method, params) => this.notifications.put({ method, params }),
      onRequest: (method, params, { id }) =>
        new Promise((resolve, reject) => {
          const asked = typeof params === "object" && params !== null ? { ...params } : {};
          const refuse = (message: string): void => reject(RpcError.invalidRequest(message));
          this.requests.put({ id, method, params: asked, respond: resolve, refuse });
        }),
    });
  }

  static async connect(
    server: AgentServer,
    optOut: readonly string[] = [],
    options: AttachOptions = {},
  ): Promise<WireClient> {
    const client = new WireClient(server, options);
    await client.request("initialize", {
      clientInfo: { name: "test", title: null, version: "1" },
      capabilities: {
        experimentalApi: true,
        requestAttestation: false,
        optOutNotificationMethods: [...optOut],
      },
    });
    return client;
  }

  async request<M extends ClientMethod>(
    method: M,
    params: ClientRequests[M]["params"],
  ): Promise<ClientRequests[M]["result"]> {
    return resultSchema(method).parse(await this.raw(method, params));
  }

  raw(method: string, params: unknown): Promise<unknown> {
    return this.#peer.request(method, params);
  }

  /** Sends any text, past the laws. */
  sendRaw(text: string): void {
    this.#transport.send(text);
  }

  /** The next notification of this method. */
  async heard<M extends ServerNotificationMethod>(
    method: M,
    fits: (params: ServerNotifications[M]) => boolean = () => true,
  ): Promise<ServerNotifications[M]> {
    const schema = notificationSchema(method);
    const found = await this.notifications.find(
      (entry) => entry.method === method && fits(schema.parse(entry.params)),
    );
    return schema.parse(found.params);
  }

  /** Starts a thread in a folder. */
  async startThread(cwd: string): Promise<string> {
    return (await this.request("thread/start", { cwd })).thread.id;
  }

  /** Starts a turn with a text. */
  async say(threadId: string, text: string): Promise<string> {
    const input = [{ type: "text" as const, text, text_elements: [] }];
    return (await this.request("turn/start", { threadId, input })).turn.id;
  }

  /** Hangs up. */
  async hangUp(): Promise<void> {
    this.#peer.close();
    this.#laws.disconnect();
    await this.closed;
  }

  /** Throws what the stream broke. `cut` forgives what is still running. */
  check({ cut = false }: { readonly cut?: boolean } = {}): void {
    if (cut) this.#laws.disconnect();
    assertNoViolations(this.#laws.finish());
  }

  /** The methods and item types heard so far, in order. */
  get story(): string[] {
    return this.notifications.all.map(({ method, params }) => {
      const item =
        typeof params === "object" && params !== null && "item" in params ? params.item : null;
      const type =
        typeof item === "object" && item !== null && "type" in item ? ` ${String(item.type)}` : "";
      return `${method}${type}`;
    });
  }
}

function tap(transport: FrameTransport, laws: ReturnType<typeof createLawChecker>): FrameTransport {
  return {
    get bufferedBytes() {
      return transport.bufferedBytes;
    },
    start: (events) =>
      transport.start({
        onFrame(text) {
          laws.receive(JSON.parse(text));
          events.onFrame(text);
        },
        onClose: (reason) => events.onClose(reason),
      }),
    send(text) {
      laws.send(JSON.parse(text));
      transport.send(text);
    },
    close: (code, reason) => transport.close(code, reason),
  };
}
