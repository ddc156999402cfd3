import { Phone, type PhoneConnection } from "@fairlead/transport-alleycat/testing";
import { Owned } from "../../src/serve/owned.ts";
import { Litter, type LitterOptions } from "./litter.ts";
import { type Payload, PhoneHost } from "./zz-host.ts";

/** What a scenario works with: a host of its own, a phone, and what the phone scanned. */
export class PhoneContext implements AsyncDisposable {
  readonly host: PhoneHost;
  readonly payload: Payload;
  readonly phone: Phone;
  readonly #owned: Owned;

  private constructor(host: PhoneHost, payload: Payload, phone: Phone, owned: Owned) {
    this.host = host;
    this.payload = payload;
    this.phone = phone;
    this.#owned = owned;
  }

  /** A phone that has scanned the payload of a host, and is called `phone` there. */
  static async open(): Promise<PhoneContext> {
    const owned = new Owned();
    try {
      const host = owned.add(await PhoneHost.open());
      const phone = owned.add(await Phone.open());
      return new PhoneContext(host, await host.pair("phone"), phone, owned);
    } catch (error) {
      await owned[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A connection of the phone, or of another one. */
  dial(phone: Phone = this.phone): Promise<PhoneConnection> {
    return phone.dial(this.payload);
  }

  /** One more phone, which is let in once the first one was. */
  async otherPhone(): Promise<Phone> {
    await this.host.pair("other phone");
    return this.#owned.add(await Phone.open());
  }

  /** The app on a connection, ready to work. */
  app(connection: PhoneConnection, options: Omit<LitterOptions, "token"> = {}): Promise<Litter> {
    return Litter.open(connection, { token: this.payload.token, ...options });
  }

  /** The app on a connection, before it said anything. */
  attach(connection: PhoneConnection, options: Omit<LitterOptions, "token"> = {}): Promise<Litter> {
    return Litter.connect(connection, { token: this.payload.token, ...options });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned[Symbol.asyncDispose]();
  }
}
