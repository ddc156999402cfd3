import { RpcError, messageOf, rpcCode } from "../errors.ts";
import { decodeBase64 } from "../files/base64.ts";
import type { ClientHandle } from "../methods/handler.ts";
import type { TerminalSize } from "./child.ts";
import type { RunningProcess } from "./running-process.ts";

/** Bytes a client may write ahead of a process that does not read. */
const maxPendingInputBytes = 16 * 1024 * 1024;

/** How a method group words its errors; clients parse codex's texts. */
export interface ProcessWording {
  /** The method of the request, at the head of messages about its fields. */
  readonly method: string;
  /** Method that writes input. */
  readonly writeMethod: string;
  /** What one thing of this group is called. */
  readonly noun: string;
  readonly spawnFailed: string;
  readonly duplicate: (id: string) => string;
  readonly missing: (id: string) => string;
}

/**
 * The processes clients started by one method group. Ids are per connection. The processes
 * themselves end with the connection, because each is started with `client.closed`.
 */
export class ProcessTable {
  readonly #wording: ProcessWording;
  readonly #named = new Map<string, Promise<RunningProcess>>();
  readonly #all = new Set<Promise<RunningProcess>>();
  #isDisposed = false;

  constructor(wording: ProcessWording) {
    this.#wording = wording;
  }

  /**
   * Runs `start` and files the process under `id` (null: under none) until it is over. The id is
   * taken at once, so that writes sent right behind the request find it. Throws `RpcError` when
   * the id is in use or nothing started.
   */
  async start(
    client: ClientHandle,
    id: string | null,
    start: () => Promise<RunningProcess>,
  ): Promise<RunningProcess> {
    const key = id === null ? null : keyOf(client, id);
    if (id !== null && key !== null && this.#named.has(key)) {
      throw RpcError.invalidRequest(this.#wording.duplicate(id));
    }
    if (this.#isDisposed) throw new RpcError(rpcCode.internalError, "Fairlead is shutting down");
    const starting = start();
    this.#all.add(starting);
    if (key !== null) this.#named.set(key, starting);
    const forget = (): void => {
      this.#all.delete(starting);
      if (key !== null) this.#named.delete(key);
    };
    try {
      const process = await starting;
      void process.exited.then(forget);
      return process;
    } catch (error) {
      forget();
      if (error instanceof RpcError) throw error;
      throw new RpcError(
        rpcCode.internalError,
        `${this.#wording.spawnFailed}: ${messageOf(error)}`,
      );
    }
  }

  /** Writes base64 bytes to a process, ends its input, or both. */
  async write(
    client: ClientHandle,
    id: string,
    deltaBase64: string | null | undefined,
    isLast: boolean | undefined,
  ): Promise<void> {
    if (typeof deltaBase64 !== "string" && isLast !== true) {
      const { writeMethod } = this.#wording;
      throw RpcError.invalidParams(`${writeMethod} requires deltaBase64 or closeStdin`);
    }
    const bytes = decodeBase64(deltaBase64 ?? "");
    if (bytes === null) throw RpcError.invalidParams("invalid deltaBase64: not padded base64");
    const process = await this.#find(client, id);
    switch (process.input) {
      case "none":
        throw RpcError.invalidRequest(
          `stdin streaming is not enabled for this ${this.#wording.noun}`,
        );
      case "ended":
        throw RpcError.invalidRequest("stdin is already closed");
      case "open":
    }
    if (process.pendingInputBytes + bytes.length > maxPendingInputBytes) {
      throw RpcError.invalidRequest(
        `the process has not read ${process.pendingInputBytes} bytes written before; wait for it`,
      );
    }
    if (bytes.length > 0) process.write(bytes);
    if (isLast === true) process.endInput();
  }

  /** Changes the size of a process's terminal. */
  async resize(client: ClientHandle, id: string, size: TerminalSize): Promise<void> {
    requireTerminalSize(this.#wording.method, size);
    const process = await this.#find(client, id);
    if (!process.resize(size)) {
      throw RpcError.invalidRequest("failed to resize PTY: process is not attached to a PTY");
    }
  }

  /** Starts ending a process and its group. */
  async terminate(client: ClientHandle, id: string): Promise<void> {
    (await this.#find(client, id)).terminate();
  }

  /** Ends every process and waits for the ends. Nothing can be started afterwards. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const ends = [...this.#all].map(async (starting) => {
      const process = await starting;
      process.terminate();
      await process.exited;
    });
    await Promise.allSettled(ends);
  }

  async #find(client: ClientHandle, id: string): Promise<RunningProcess> {
    const process = await this.#named.get(keyOf(client, id))?.catch(() => undefined);
    if (process === undefined) throw RpcError.invalidRequest(this.#wording.missing(id));
    return process;
  }
}

/** Refuses a size without cells. */
export function requireTerminalSize(method: string, size: TerminalSize): void {
  if (size.rows > 0 && size.cols > 0) return;
  throw RpcError.invalidParams(`${method} size rows and cols must be greater than 0`);
}

function keyOf(client: ClientHandle, id: string): string {
  return JSON.stringify([client.id, id]);
}
