import {
  type Listener,
  type ListenerFactory,
  type ListenerHost,
  messageOf,
  Visitors,
} from "@fairlead/bridge-core/transport";
import { FrameRoom } from "./control-frame.ts";
import { EndpointKeeper } from "./endpoint-keeper.ts";
import { hostKey } from "./host-key.ts";
import { type AlleycatOptions, parseOptions } from "./options.ts";
import { pairingPayload } from "./pairing.ts";
import { serveStream } from "./serve-stream.ts";

export type { AlleycatOptions } from "./options.ts";

/** How long a pairing waits for the relay, without which no phone finds the host. */
const relayMs = 8000;

/**
 * Clients of Alleycat's protocol `alleycat/1`, over iroh. Rejects, saying what to do, when an option is
 * wrong, its key cannot be kept or no UDP port be had.
 */
export async function openAlleycat(
  host: ListenerHost,
  options: AlleycatOptions,
): Promise<Listener> {
  const { relay, internet, bind, maxConnections = 128, maxFailures = 20 } = options;
  const { firstFrameTimeoutMs = 10_000, admissionTimeoutMs = 130_000 } = options;
  const now = (): number => performance.now();
  const visitors = new Visitors({ maxConnections, maxPerAddress: null, maxFailures, now });
  const room = new FrameRoom();
  const context = { host, visitors, room, firstFrameTimeoutMs, admissionTimeoutMs };
  const settings = {
    secretKey: await hostKey(host.stateDir, host.log),
    relay,
    internet,
    bind,
    maxConnections,
    maxConnectionsPerAddress: options.maxConnectionsPerAddress ?? 32,
    maxStreamsPerConnection: options.maxStreamsPerConnection ?? 16,
    keepAliveMs: options.keepAliveMs ?? 10_000,
    firstStreamMs: firstFrameTimeoutMs,
    idleConnectionMs: options.idleConnectionMs ?? 60_000,
  };
  const keeper = await EndpointKeeper.start(settings, {
    onStream: (stream, peer) => void serveStream(stream, peer, context),
    log: host.log,
  }).catch((error: unknown) => {
    const where = bind.length === 0 ? "a UDP port" : bind.join(", ");
    throw new Error(
      `alleycat cannot have ${where}: ${messageOf(error)}. Choose other addresses with \`bind\` under [alleycat].`,
      { cause: error },
    );
  });
  return {
    addresses: [`alleycat:${keeper.id}`],
    async pairing() {
      const location = await keeper.locate(internet ? relayMs : 0);
      const { hostName } = host;
      return pairingPayload({ id: keeper.id, token: host.pairingToken(), hostName, location });
    },
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  };
}

/** {@link openAlleycat} with the table `[alleycat]` of `host.toml`: `relay`, `internet`, `bind`. */
const alleycatListener: ListenerFactory = async (host, options) =>
  openAlleycat(host, parseOptions(options));

export default alleycatListener;
