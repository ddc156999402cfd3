/** Which session a connection wants. */
export interface SessionRequest {
  /** Name of the device: whoever connects under it may take its sessions over. Not empty. */
  readonly device: string;
  /** The last number its client has seen; null for a client that begins. */
  readonly cursor: number | null;
}

/** What became of a {@link SessionRequest}. */
export interface SessionNotice {
  /**
   * `fresh`: a new session. `resumed`: nothing is lost. `drift`: a new session, because what the
   * client has not seen is gone; it must load its threads again.
   */
  readonly attached: "fresh" | "resumed" | "drift";
  /** Frames follow this number. The client's cursor until it has seen one. */
  readonly seq: number;
  /** The lowest cursor this session can be resumed from now. */
  readonly floor: number;
}

/** The header of an accepted WebSocket that carries the {@link SessionNotice}. */
export const sessionHeader = "fairlead-session";

/** The notice as the value of {@link sessionHeader}: `resumed; seq=12; floor=3`. */
export function encodeNotice({ attached, seq, floor }: SessionNotice): string {
  return `${attached}; seq=${seq}; floor=${floor}`;
}

/** Reads {@link encodeNotice}; null when it is something else, or absent. */
export function parseNotice(value: string | undefined): SessionNotice | null {
  const [, attached, seq, floor] =
    /^(fresh|resumed|drift); seq=(\d{1,16}); floor=(\d{1,16})$/.exec(value ?? "") ?? [];
  if (attached !== "fresh" && attached !== "resumed" && attached !== "drift") return null;
  return { attached, seq: Number(seq), floor: Number(floor) };
}

/** The query of a URL that asks for a session. */
export function encodeSessionQuery({ device, cursor }: SessionRequest): string {
  const query = new URLSearchParams({ device });
  if (cursor !== null) query.set("cursor", String(cursor));
  return query.toString();
}

/** Reads `?device=NAME&cursor=SEQ`: null when no session is asked for, a sentence when it is wrong. */
export function parseSessionQuery(query: URLSearchParams): SessionRequest | string | null {
  const device = query.get("device");
  const cursor = query.get("cursor");
  if (device === null) {
    return cursor === null ? null : "`cursor` needs `device`, the name of the client's device";
  }
  if (!/^[^\p{C}]{1,128}$/u.test(device)) {
    return "`device` must be a name of 1 to 128 visible characters";
  }
  if (cursor === null) return { device, cursor: null };
  if (!/^\d{1,16}$/.test(cursor) || !Number.isSafeInteger(Number(cursor))) {
    return "`cursor` must be the last `_alleycat_seq` the client has seen";
  }
  return { device, cursor: Number(cursor) };
}
