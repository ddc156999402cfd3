import { createHash, randomBytes } from "node:crypto";
import type { PhoneStream } from "./phone.ts";

/** A WebSocket a phone speaks within a stream, as it does to real codex. Text alone, in single frames. */
export class PhoneWebSocket {
  readonly #stream: PhoneStream;

  private constructor(stream: PhoneStream) {
    this.#stream = stream;
  }

  /** Makes the handshake behind an accepted `connect`. Rejects with what came instead. */
  static async open(stream: PhoneStream, path: string): Promise<PhoneWebSocket> {
    const key = randomBytes(16).toString("base64");
    const headers = `Host: alleycat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13`;
    await stream.write(`GET ${path} HTTP/1.1\r\n${headers}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    const answer = await stream.readUntil("\r\n\r\n");
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    const isAccepted =
      answer?.startsWith("HTTP/1.1 101 ") === true &&
      answer.includes(`Sec-WebSocket-Accept: ${accept.digest("base64")}\r\n`);
    if (!isAccepted) throw new Error(`the host did not accept the WebSocket: ${answer}`);
    return new PhoneWebSocket(stream);
  }

  /** Sends a value as a text frame of less than 64 KiB. */
  async send(value: object): Promise<void> {
    const body = Buffer.from(JSON.stringify(value), "utf8");
    const head = Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
    const mask = randomBytes(4);
    const masked = body.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    await this.#stream.write(Buffer.concat([head, mask, masked]));
  }

  /** The next text frame, as JSON; null at the end. */
  async read(): Promise<unknown> {
    const head = await this.#stream.read(2);
    if (head === null || head[0] !== 0x81) return null;
    const short = head[1] ?? 0;
    const length = short < 126 ? short : await this.#length(short === 126 ? 2 : 8);
    const body = await this.#stream.read(length);
    return body === null ? null : JSON.parse(body.toString("utf8"));
  }

  /** Says goodbye with 1000. */
  async close(): Promise<void> {
    await this.#stream.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]));
  }

  async #length(bytes: number): Promise<number> {
    const told = await this.#stream.read(bytes);
    return told === null ? 0 : told.readUIntBE(Math.max(0, bytes - 6), Math.min(6, bytes));
  }
}
