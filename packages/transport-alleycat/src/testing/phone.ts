import {
  type BiStream,
  type Connection,
  Endpoint,
  EndpointAddr,
  EndpointId,
  presetMinimal,
  RelayMode,
  SecretKey,
} from "@number0/iroh/index.js";

/**
 * A phone: an iroh endpoint of its own that knows the protocol `alleycat/1` and nothing of Fairlead.
 * Loopback only.
 */
export class Phone implements AsyncDisposable {
  readonly #endpoint: Endpoint;
  /** Held: iroh closes what nobody holds. */
  readonly #connections = new Set<PhoneConnection>();

  private constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** A new phone, or the one that has this key already: 32 bytes. */
  static async open(secretKey: Uint8Array | null = null): Promise<Phone> {
    const key = secretKey === null ? SecretKey.generate().toBytes() : Array.from(secretKey);
    const builder = Endpoint.builder();
    presetMinimal(builder);
    builder.relayMode(RelayMode.disabled());
    builder.secretKey(key);
    builder.bindAddr("127.0.0.1:0");
    builder.bindAddr("[::1]:0");
    return new Phone(await builder.bind());
  }

  /** Its endpoint id, by which a host knows it. */
  get id(): string {
    return this.#endpoint.id().toString();
  }

  /** The secret key it was opened with. */
  get secretKey(): Uint8Array {
    return Uint8Array.from(this.#endpoint.secretKey().toBytes());
  }

  /** Dials the host of a pairing payload by its direct addresses. Rejects with iroh's words. */
  async dial(payload: {
    readonly node_id: string;
    readonly addrs: readonly string[];
  }): Promise<PhoneConnection> {
    const id = EndpointId.fromString(payload.node_id);
    const address = new EndpointAddr(id, null, [...payload.addrs]);
    const connection = await this.#endpoint.connect(address, bytesOf("alleycat/1"));
    const dialled = new PhoneConnection(connection);
    this.#connections.add(dialled);
    return dialled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await this.#endpoint.close();
  }
}

/** A connection of a {@link Phone}. */
export class PhoneConnection {
  /** Why it ended, in iroh's words. */
  readonly closed: Promise<string>;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.closed = connection.closed().then((reason) => reason.split("\n", 1)[0] ?? reason);
  }

  /** A new stream, on which nothing was said yet. */
  async stream(): Promise<PhoneStream> {
    return new PhoneStream(await this.#connection.openBi());
  }

  /** One request on a stream of its own; resolves with the response. */
  async ask(request: object): Promise<unknown> {
    const stream = await this.stream();
    await stream.writeFrame(JSON.stringify(request));
    return stream.readFrame();
  }

  /** The next datagram of the host. */
  async datagram(): Promise<Uint8Array> {
    return Uint8Array.from(await this.#connection.readDatagram());
  }

  close(code = 0, reason = "the phone is gone"): void {
    this.#connection.close(BigInt(code), bytesOf(reason));
  }
}

/** A stream of a {@link PhoneConnection}. */
export class PhoneStream {
  readonly #pair: BiStream;
  #unread = Buffer.alloc(0);
  #hasEnded = false;

  constructor(pair: BiStream) {
    this.#pair = pair;
  }

  /** Writes bytes as they are. */
  async write(bytes: Uint8Array | string): Promise<void> {
    await this.#pair.send.writeAll(Array.from(Buffer.from(bytes)));
  }

  /** Writes text behind its length. */
  async writeFrame(text: string): Promise<void> {
    const body = Buffer.from(text, "utf8");
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    await this.write(Buffer.concat([head, body]));
  }

  /** Writes a value as a line. */
  async send(value: object): Promise<void> {
    await this.write(`${JSON.stringify(value)}\n`);
  }

  /** Writes no more. */
  async finish(): Promise<void> {
    await this.#pair.send.finish();
  }

  /** Ends both halves at once, as a lost app does. */
  async abandon(): Promise<void> {
    await Promise.all([this.#pair.send.reset(0n), this.#pair.recv.stop(0n)]);
  }

  /** The next frame behind its length, as JSON; null when the stream ends first. */
  async readFrame(): Promise<unknown> {
    const head = await this.read(4);
    const body = head === null ? null : await this.read(head.readUInt32BE());
    return body === null ? null : JSON.parse(body.toString("utf8"));
  }

  /** The next line, as JSON; null when the stream ends first. */
  async readLine(): Promise<unknown> {
    for (;;) {
      const end = this.#unread.indexOf(10);
      if (end !== -1) {
        const line = this.#unread.subarray(0, end).toString("utf8");
        this.#unread = this.#unread.subarray(end + 1);
        return JSON.parse(line);
      }
      if (!(await this.#more())) return null;
    }
  }

  /** Text up to and with a mark; null when the stream ends first. */
  async readUntil(mark: string): Promise<string | null> {
    while (!this.#unread.includes(mark)) if (!(await this.#more())) return null;
    const taken = await this.read(this.#unread.indexOf(mark) + mark.length);
    return taken?.toString("utf8") ?? null;
  }

  /** Exactly so many bytes; null when the stream ends first. */
  async read(bytes: number): Promise<Buffer | null> {
    while (this.#unread.length < bytes) if (!(await this.#more())) return null;
    const taken = this.#unread.subarray(0, bytes);
    this.#unread = this.#unread.subarray(bytes);
    return taken;
  }

  /** All that comes until the end. */
  async rest(): Promise<Buffer> {
    while (await this.#more());
    return this.#unread;
  }

  async #more(): Promise<boolean> {
    if (this.#hasEnded) return false;
    const bytes = await this.#pair.recv.read(64 * 1024).catch(() => []);
    this.#hasEnded = bytes.length === 0;
    this.#unread = Buffer.concat([this.#unread, Buffer.from(bytes)]);
    return !this.#hasEnded;
  }
}

function bytesOf(text: string): number[] {
  return Array.from(Buffer.from(text, "utf8"));
}
