import { randomBytes } from "node:crypto";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { z } from "zod";
import { certificateOf, commitmentOf, pairingCode, tokenProof } from "./pairing-code.ts";

const maxAnswerBytes = 64 * 1024;
/** Longer than the host holds a call. */
const silenceMs = 40_000;

const Begun = z.looseObject({
  pairingId: z.string(),
  hostNonce: z.string().regex(/^[0-9a-f]{64}$/u),
  hostName: z.string(),
});
const Polled = z.discriminatedUnion("state", [
  z.looseObject({ state: z.literal("waiting") }),
  z.looseObject({
    state: z.literal("paired"),
    token: z.string(),
    deviceId: z.string(),
    name: z.string(),
    role: z.enum(["view", "approve", "drive", "admin"]),
  }),
]);
const Failed = z.looseObject({ error: z.string() });

/** How to pair. */
export interface PairWithOptions {
  /** What this device calls itself. */
  readonly name: string;
  /** Shows the code; the operator compares it with the one on the host. */
  readonly onCode: (code: string, hostName: string) => void;
  /** The pairing token: passes an open pairing window without a question. */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** A device that was let in. */
export interface PairedDevice {
  /** Its own token, a secret. */
  readonly token: string;
  readonly deviceId: string;
  /** What the operator calls it. */
  readonly name: string;
  readonly role: "view" | "approve" | "drive" | "admin";
  readonly hostName: string;
  /**
   * SHA-256 of the host's certificate in hex, confirmed by the code: what later connections have to
   * find. Null without TLS.
   */
  readonly certificate: string | null;
}

interface Answer {
  readonly body: unknown;
  readonly certificate: string | null;
}

/**
 * Pairs with a daemon at `ws://`, `wss://`, `http://` or `https://`, and waits for the operator's
 * yes. A certificate that nobody vouches for is taken: the code proves it. Rejects with the host's
 * own sentence, or when the certificate changes under way.
 */
export async function pairWith(url: string, options: PairWithOptions): Promise<PairedDevice> {
  const target = new URL("/pair", url.replace(/^ws/u, "http"));
  const { name, token, signal } = options;
  const deviceNonce = randomBytes(32).toString("hex");
  const commitment = commitmentOf(deviceNonce);
  const first = await post(target, { name, commitment }, { signal });
  const { pairingId, hostNonce, hostName } = Begun.parse(first.body);
  const { certificate } = first;
  const parts = { deviceNonce, hostNonce, certificate, name };
  options.onCode(pairingCode(parts), hostName);
  const proof = token === undefined ? {} : { proof: tokenProof(token, parts) };
  for (;;) {
    const body = { pairingId, nonce: deviceNonce, ...proof };
    const next = await post(target, body, { signal, certificate });
    const polled = Polled.parse(next.body);
    if (polled.state === "waiting") continue;
    const { token: own, deviceId, name: given, role } = polled;
    return { token: own, deviceId, name: given, role, hostName, certificate };
  }
}

interface PostOptions {
  readonly signal: AbortSignal | undefined;
  /** Nothing is sent to a host of another one. Absent: to any. */
  readonly certificate?: string | null;
}

function post(url: URL, body: unknown, { signal, certificate }: PostOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: "POST",
      headers: { "content-type": "application/json" },
      timeout: silenceMs,
      // One socket each: a kept one could be of another certificate than the last.
      agent: false,
      ...(signal && { signal }),
    } as const;
    const secure = url.protocol === "https:";
    const request = secure
      ? tlsRequest(url, { ...options, rejectUnauthorized: false })
      : plainRequest(url, options);
    request.on("timeout", () => request.destroy(new Error(`${url.host} is silent`)));
    request.on("error", reject);
    request.on("response", (response) => {
      answerOf(response).then(resolve, reject);
    });
    request.on("socket", (socket) => {
      socket.once(secure ? "secureConnect" : "connect", () => {
        if (certificate === undefined || certificate === shownBy(socket)) {
          request.end(JSON.stringify(body));
          return;
        }
        const reason = "the host's certificate changed while pairing: somebody may be in between";
        request.destroy(new Error(reason));
      });
    });
  });
}

/** SHA-256 of the certificate of the other side; null without TLS. */
function shownBy(socket: Socket): string | null {
  return socket instanceof TLSSocket
    ? certificateOf(socket.getPeerCertificate().fingerprint256)
    : null;
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const certificate = shownBy(response.socket);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > maxAnswerBytes) throw new Error("the host's answer is too long");
    chunks.push(bytes);
  }
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const failed = Failed.safeParse(body);
  if (failed.success) throw new Error(failed.data.error);
  if (response.statusCode !== 200) throw new Error(`the host answered ${response.statusCode}`);
  return { body, certificate };
}
