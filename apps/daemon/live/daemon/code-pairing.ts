import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pairWith, type PairedDevice } from "../../src/devices/pair-client.ts";
import { replies } from "../../src/devices/replies.ts";
import { selfSigned } from "../../test/devices/self-signed.ts";
import type { Place } from "./place.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** Fairlead's own pairing, by a code on both sides. */
export const codePairing: readonly DaemonRow[] = [
  {
    id: "code",
    sentence:
      "a computer and the terminal of `pair` show the same code; a no refuses it with a sentence, a yes gives it a token that works",
    needsScreen: true,
    async run(place) {
      await place.serve();
      const url = await place.webSocketUrl();
      await using screen = await place.screen(["pair"]);
      await screen.shows(/Waiting for a device/u);
      const declined = begin(url, "Stranger");
      await screen.shows(`It must show this code:  ${await declined.code}`);
      // Looked at before the answer: a rejection that nobody waits for ends a program.
      const refused = assert.rejects(declined.paired, /This device was declined on /u);
      await screen.press("Enter");
      await screen.shows(/Stranger was not let in/u);
      await refused;
      const laptop = begin(url, "Laptop");
      await screen.shows(`It must show this code:  ${await laptop.code}`);
      await screen.press("y");
      await screen.press("Enter");
      await screen.shows(/Laptop is paired, with the role drive\./u);
      const { token, certificate } = await laptop.paired;
      assert.equal(certificate, null);
      endedWith(await modelList(place, url, token), 0);
      endedWith(await place.fairlead(["devices", "revoke", "Laptop"]), 0);
      endedWith(await modelList(place, url, token), 1);
    },
  },
  {
    id: "code-tls",
    sentence:
      "over wss:// with a certificate nobody vouches for, the code stands for the certificate, and the token works there",
    needsScreen: true,
    async run(place) {
      const { cert, key } = selfSigned();
      const files = { cert: join(place.root, "cert.pem"), key: join(place.root, "key.pem") };
      writeFileSync(files.cert, cert);
      writeFileSync(files.key, key, { mode: 0o600 });
      place.configure(
        `[websocket]\nport = 0\ntls_cert = "${files.cert}"\ntls_key = "${files.key}"\n\n[alleycat]\nenabled = false\n`,
      );
      await place.serve();
      const url = await place.webSocketUrl();
      assert.match(url, /^wss:/u);
      await using screen = await place.screen(["pair", "--role", "approve", "--name", "Desk"]);
      const laptop = begin(url, "Laptop");
      await screen.shows(`It must show this code:  ${await laptop.code}`);
      await screen.press("y");
      await screen.press("Enter");
      const { token, certificate, role, name } = await laptop.paired;
      assert.match(certificate ?? "", /^[0-9a-f]{64}$/u);
      assert.deepEqual({ role, name }, { role: "approve", name: "Desk" });
      const trusting = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
      endedWith(await modelList(place, url, token, trusting), 0);
      endedWith(await modelList(place, url, token), 1);
      const listed = await place.fairlead(["devices", "list", "--json"]);
      const [device] = replies.devices(JSON.parse(endedWith(listed, 0).stdout));
      assert.deepEqual({ name: device?.name, kind: device?.kind }, { name: "Desk", kind: "token" });
    },
  },
];

interface Begun {
  /** What the computer shows. */
  readonly code: Promise<string>;
  readonly paired: Promise<PairedDevice>;
}

function begin(url: string, name: string): Begun {
  let show: (code: string) => void = () => {};
  const code = new Promise<string>((resolve) => (show = resolve));
  return { code, paired: pairWith(url, { name, onCode: (shown) => show(shown) }) };
}

/** One request by somebody who has this token. */
function modelList(
  place: Place,
  url: string,
  token: string,
  env: Readonly<Record<string, string>> = {},
): ReturnType<Place["fairlead"]> {
  const file = join(place.root, "device-token");
  writeFileSync(file, token, { mode: 0o600 });
  return place.fairlead(["probe", "model/list", "--url", url, "--token-file", file], { env });
}
