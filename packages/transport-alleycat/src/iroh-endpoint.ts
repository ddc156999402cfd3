import { setTimeout as sleep } from "node:timers/promises";
import {
  type Connection,
  Endpoint,
  type Incoming,
  presetMinimal,
  presetN0,
  RelayMode,
} from "@number0/iroh/index.js";
import { bindings } from "./bindings.ts";
import { IrohStream } from "./iroh-stream.ts";
import type { EndpointSettings, FromWorker, ToWorker } from "./messages.ts";
import { bytesOf, firstLine } from "./words.ts";

/** Name of the protocol in the QUIC handshake. */
const protocol = "alleycat/1";
/** How long a close waits for clients that do not answer. */
const closingMs = 3000;
/** How long all that waits for iroh may take to learn that it is closed. */
const settlingMs = 1000;

/** Binds an endpoint; `post` is told all that happens on it. Rejects when no address can be bound. */
export async function openEndpoint(
  settings: EndpointSettings,
  post: (message: FromWorker) => void,
): Promise<IrohEndpoint> {
  let failure: unknown = null;
  for (const addresses of bindings(settings.bind)) {
    try {
      return new IrohEndpoint(await bind(settings, addresses), settings, post);
    } catch (error) {
      failure ??= error;
    }
  }
  throw new Error(firstLine(failure), { cause: failure });
}

function bind(settings: EndpointSettings, addresses: readonly string[]): Promise<Endpoint> {
  const builder = Endpoint.builder();
  if (settings.internet) presetN0(builder);
  else presetMinimal(builder);
  if (!settings.internet) builder.relayMode(RelayMode.disabled());
  else if (settings.relay !== null) builder.relayMode(RelayMode.customFromUrls([settings.relay]));
  builder.secretKey(Array.from(settings.secretKey));
  builder.alpns([bytesOf(protocol)]);
  for (const address of addresses) builder.bindAddr(address);
  return builder.bind();
}

interface OpenConnection {
  /** Held: iroh closes a connection nobody holds. */
  readonly connection: Connection;
  /** IP address, or the endpoint id behind a relay. */
  readonly place: string;
  readonly streams: Map<number, IrohStream>;
  /** A stream has ended, or the connection. */
  onRoom: (() => void) | null;
  readonly keepAlive: NodeJS.Timeout;
}

/** The endpoint in its worker: speaks messages to the one side, iroh to the other. */
export class IrohEndpoint {
  readonly #endpoint: Endpoint;
  readonly #settings: EndpointSettings;
  readonly #post: (message: FromWorker) => void;
  readonly #connections = new Map<number, OpenConnection>();
  readonly #streams = new Map<number, IrohStream>();
  /** What iroh was asked to do and has not done yet. */
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;
  /** Where those come from that are not connected yet. */
  readonly #handshakes: string[] = [];
  #lastNumber = 0;

  constructor(endpoint: Endpoint, settings: EndpointSettings, post: (message: FromWorker) => void) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#post = post;
  }

  get id(): string {
    return this.#endpoint.id().toString();
  }

  get sockets(): readonly string[] {
    return this.#endpoint.boundSockets();
  }

  /** Takes connections until the endpoint is closed. */
  async accept(): Promise<void> {
    for (;;) {
      const incoming = await this.#endpoint.acceptNext();
      if (incoming === null) return;
      // A client that fails its handshake is its own affair.
      this.#run(this.#take(incoming).catch(() => {}));
    }
  }

  /** Resolves, behind {@link accept}, when nothing is left that iroh could come back with. */
  async settled(): Promise<void> {
    await this.#closing;
    const patience = sleep(settlingMs, "late" as const, { ref: false });
    while (this.#running.size > 0) {
      const all = Promise.allSettled(this.#running);
      if ((await Promise.race([all, patience])) === "late") return;
    }
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case "open":
        return;
      case "read":
        this.#run(this.#streams.get(message.stream)?.read());
        return;
      case "write":
        this.#run(this.#streams.get(message.stream)?.write(message.bytes));
        return;
      case "finish":
        this.#run(this.#streams.get(message.stream)?.finish());
        return;
      case "drop":
        this.#run(this.#streams.get(message.stream)?.drop());
        this.#forget(message.stream);
        return;
      case "hangUp":
        this.#hangUp(message.connection, message.code, message.reason);
        return;
      case "locate":
        void this.#locate(message.waitMs);
        return;
      case "close":
        this.#closing ??= this.#close(message.reason);
        return;
      case "fail":
        throw new Error("it was asked to fail");
    }
  }

  async #take(incoming: Incoming): Promise<void> {
    const { maxStreamsPerConnection, keepAliveMs } = this.#settings;
    const { addr, kind, endpointId } = await incoming.remoteAddr();
    // Through a relay all have its address; what they call themselves is proven later.
    const place = endpointId ?? addr?.replace(/:\d+$/, "") ?? kind;
    if (!this.#hasRoom(place)) {
      await incoming.refuse();
      return;
    }
    this.#handshakes.push(place);
    try {
      const accepting = await incoming.accept();
      const connection = await accepting.connect();
      connection.setMaxConcurrentBiStreams(BigInt(maxStreamsPerConnection));
      connection.setMaxConcurrentUniStreams(0n);
      const number = this.#number();
      const keepAlive = setInterval(() => stayAlive(), keepAliveMs);
      const stayAlive = keeper(connection);
      this.#connections.set(number, {
        connection,
        place,
        streams: new Map(),
        onRoom: null,
        keepAlive,
      });
      const id = connection.remoteId().toString();
      this.#post({ type: "connected", connection: number, id, from: addr ?? kind });
      this.#run(this.#watch(number, connection));
      this.#run(this.#acceptStreams(number, connection));
    } finally {
      this.#handshakes.splice(this.#handshakes.indexOf(place), 1);
    }
  }

  #hasRoom(place: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#settings;
    const places = [...this.#handshakes];
    for (const connection of this.#connections.values()) places.push(connection.place);
    const own = places.filter((other) => other === place).length;
    return places.length < maxConnections && own < maxConnectionsPerAddress;
  }

  async #watch(number: number, connection: Connection): Promise<void> {
    const reason = firstLine(await connection.closed().catch((error: unknown) => error));
    const open = this.#connections.get(number);
    clearInterval(open?.keepAlive);
    this.#connections.delete(number);
    open?.onRoom?.();
    for (const stream of open?.streams.keys() ?? []) this.#streams.delete(stream);
    this.#post({ type: "disconnected", connection: number, reason });
  }

  async #acceptStreams(connectionNumber: number, connection: Connection): Promise<void> {
    const { maxStreamsPerConnection } = this.#settings;
    for (;;) {
      // Iroh promises a client more at its handshake than it can be told to afterwards.
      while (
        (this.#connections.get(connectionNumber)?.streams.size ?? 0) >= maxStreamsPerConnection
      ) {
        await this.#room(connectionNumber);
      }
      const pair = await connection.acceptBi().catch(() => null);
      const open = this.#connections.get(connectionNumber);
      // Its end is told by `closed`.
      if (pair === null || open === undefined) return;
      const number = this.#number();
      const stream = new IrohStream(number, pair, this.#post);
      open.streams.set(number, stream);
      this.#streams.set(number, stream);
      this.#post({ type: "opened", connection: connectionNumber, stream: number });
    }
  }

  /** Resolves when a stream of a connection has ended, or the connection. */
  #room(number: number): Promise<void> {
    return new Promise((resolve) => {
      const open = this.#connections.get(number);
      if (open === undefined) resolve();
      else open.onRoom = resolve;
    });
  }

  #run(work: Promise<unknown> | undefined): void {
    if (work === undefined) return;
    this.#running.add(work);
    const over = (): void => void this.#running.delete(work);
    work.then(over, over);
  }

  #forget(stream: number): void {
    this.#streams.delete(stream);
    for (const { streams, onRoom } of this.#connections.values()) {
      if (streams.delete(stream)) onRoom?.();
    }
  }

  #hangUp(number: number, code: number, reason: string): void {
    this.#connections.get(number)?.connection.close(BigInt(code), bytesOf(reason));
  }

  async #locate(waitMs: number): Promise<void> {
    if (waitMs > 0) {
      await Promise.race([this.#endpoint.online(), sleep(waitMs, undefined, { ref: false })]);
    }
    const address = this.#endpoint.addr();
    const relay = address.relayUrl();
    this.#post({ type: "located", relay, addresses: address.directAddresses() });
  }

  async #close(reason: string): Promise<void> {
    for (const number of this.#connections.keys()) this.#hangUp(number, 0, reason);
    for (const { keepAlive } of this.#connections.values()) clearInterval(keepAlive);
    const patience = sleep(closingMs, undefined, { ref: false });
    await Promise.race([this.#endpoint.close().catch(() => {}), patience]);
  }

  #number(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}

/**
 * Sends an empty datagram when nothing has come for a while: whoever is there acknowledges it, which
 * keeps both ends from giving the connection up, and no stream carries anything. A client that is gone
 * acknowledges nothing, and QUIC ends the connection.
 */
function keeper(connection: Connection): () => void {
  let received = -1;
  return () => {
    const { udpRxDatagrams } = connection.stats();
    const isQuiet = udpRxDatagrams === received;
    received = udpRxDatagrams;
    if (!isQuiet || connection.maxDatagramSize() === null) return;
    try {
      connection.sendDatagram([]);
    } catch {
      // The connection has just ended, which `closed` tells.
    }
  };
}
