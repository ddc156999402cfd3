import assert from "node:assert/strict";
import { includesRole } from "../../src/devices/method-roles.ts";
import type { Role } from "../../src/devices/principal.ts";
import { type Frame, Phone } from "./phone.ts";
import type { Stage } from "./stage.ts";

/** A client whose device is given other roles while it comes and goes. */
export class RoledClient {
  readonly phone: Phone;
  readonly name: string;
  isConnected = false;
  /** It has lost a session, with what it had not seen of it. */
  hasLost = false;
  #role: Role;
  #ended = new AbortController();

  constructor(here: Stage, name: string, role: Role) {
    this.name = name;
    this.#role = role;
    const principalNow = (): { id: string; name: string; role: Role; ended: AbortSignal } => {
      return { id: name, name, role: this.#role, ended: this.#ended.signal };
    };
    this.phone = new Phone(here.gateway, {
      endpoint: null,
      name: "app",
      get principal() {
        return principalNow();
      },
    });
  }

  may(needed: Role): boolean {
    return includesRole(this.#role, needed);
  }

  async connect(): Promise<void> {
    if (this.isConnected) return;
    this.isConnected = true;
    const attached = this.phone.connect()?.attached;
    this.hasLost ||= attached === "drift";
    if (attached !== "resumed") await this.phone.initialize();
  }

  drop(): void {
    this.isConnected = false;
    this.phone.drop();
  }

  /** The operator changes its role: its connection is over, and so is its session. */
  async become(role: Role): Promise<void> {
    this.#role = role;
    const before = this.#ended;
    this.#ended = new AbortController();
    before.abort();
    if (this.isConnected) assert.match(await this.phone.lastClose, /^4003/u);
    this.isConnected = false;
  }

  /** The result; null when the request is refused, which it must be below `drive`. */
  async drives(method: string, params: Frame): Promise<Frame | null> {
    const answer = this.phone.request(method, params);
    if (this.may("drive")) return answer.catch(() => null);
    await assert.rejects(answer, /needs the role `drive`/u);
    return null;
  }
}
