import { createInterface } from "node:readline/promises";
import { messageOf } from "@fairlead/bridge-core/transport";
import type { Call } from "./call.ts";
import type { Out } from "./commands.ts";
import type { PairingPayload, ShownDevice } from "./control-types.ts";
import type { PendingDevice } from "./pending-devices.ts";
import { withSpinner } from "../terminal/spinner.ts";
import { replies } from "./replies.ts";

/** How `fairlead pair` was called. */
export interface PairOptions {
  readonly qr: boolean;
  /** Null = the one of the configuration. */
  readonly role: string | null;
  /** What the device is to be called; null = what it calls itself. */
  readonly name: string | null;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** For what is no payload: kept apart from what is piped. */
  readonly notes: Out;
}

/**
 * `fairlead pair`: shows what a device needs. On a terminal it then asks about each one that comes,
 * until one was let in. Without one it ends; with a role, after it has opened a pairing window.
 */
export async function pair(call: Call, options: PairOptions): Promise<void> {
  const { qr, role, name, input, out, notes } = options;
  // The first time it waits for a relay to answer.
  const asked = withSpinner("Asking how devices reach this machine", () => call("pair/payload"));
  const payloads = replies.payloads(await asked);
  if (payloads.length === 0) {
    notes.write(
      "No way in shows a code to scan: switch one on, for instance with " +
        "`fairlead config set alleycat.enabled true`.\n",
    );
  }
  out.write(await payloadText(payloads, qr));
  if (payloads.length > 0) notes.write(secretNote);
  if (input.isTTY === true && out.isTTY === true) {
    await askAboutDevices(call, options);
    return;
  }
  if (role === null) return;
  await call("pair/open", { role, name });
  notes.write(`The next device that comes within 10 minutes is let in as ${role}.\n`);
}

const secretNote =
  "Whoever has seen this may ask to be let in, until `fairlead rotate`: keep it off screenshots and logs.\n";

async function payloadText(payloads: readonly PairingPayload[], qr: boolean): Promise<string> {
  const parts: string[] = [];
  for (const { payload } of payloads) {
    const text = JSON.stringify(payload);
    parts.push(qr ? `${text}\n\n${await qrText(text)}\n` : `${text}\n`);
  }
  return parts.join("\n");
}

/** Half blocks: two rows of the code in one of text. */
async function qrText(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import("uqr");
  return renderUnicodeCompact(text, { ecc: "L", border: 2 });
}

/** Asks until a device was let in, the person gives up, or the daemon ends. */
async function askAboutDevices(call: Call, options: PairOptions): Promise<ShownDevice | null> {
  const { input, out, role, name } = options;
  const over = new AbortController();
  const terminal = createInterface({ input, output: out });
  terminal.on("SIGINT", () => over.abort());
  terminal.on("close", () => over.abort());
  const waiting = new Map<
    string,
    { readonly device: PendingDevice; readonly gone: AbortController }
  >();
  let usualRole = role ?? "";
  let wake: () => void = () => {};
  let failure: unknown = null;
  over.signal.addEventListener("abort", () => wake());
  out.write("Waiting for a device; Ctrl-C ends.\n");
  const watched = call(
    "pair/open",
    {},
    {
      timeoutMs: null,
      signal: over.signal,
      onEvent(value) {
        const event = replies.event(value);
        if (event?.event === "open") usualRole = role ?? event.role;
        else if (event?.event === "pending") {
          waiting.set(event.device.id, { device: event.device, gone: new AbortController() });
        } else if (event?.event === "gone") {
          waiting.get(event.id)?.gone.abort();
          waiting.delete(event.id);
        }
        wake();
      },
    },
  );
  watched.then(
    () => over.abort(),
    (error: unknown) => {
      failure = error;
      over.abort();
    },
  );
  try {
    while (!over.signal.aborted) {
      const [next] = waiting.values();
      if (next === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const { device, gone } = next;
      waiting.delete(device.id);
      waiting.set(device.id, next);
      out.write(`\n${introduction(device)}\n`);
      const signal = AbortSignal.any([gone.signal, over.signal]);
      const answer = await ask(terminal, question(device, usualRole), signal);
      waiting.delete(device.id);
      if (answer === null) {
        if (gone.signal.aborted) out.write("\nIt has gone.\n");
        continue;
      }
      const accept = /^y(?:es)?$/iu.test(answer.trim());
      const said = await settle(call, { id: device.id, accept, role, name }, out);
      if (said !== null) return said;
    }
  } finally {
    over.abort();
    terminal.close();
  }
  if (failure !== null && !isAbort(failure)) throw failure;
  return null;
}

/** The device when it was let in. What goes wrong with one device is said, and the next is asked about. */
async function settle(
  call: Call,
  params: { readonly id: string; readonly accept: boolean } & Pick<PairOptions, "role" | "name">,
  out: Out,
): Promise<ShownDevice | null> {
  try {
    const answer = replies.answer(await call("pair/answer", params));
    if ("declined" in answer) {
      out.write(`${answer.declined} was not let in.\n`);
      return null;
    }
    out.write(`${answer.name} is paired, with the role ${answer.role}.\n`);
    return answer;
  } catch (error) {
    out.write(`It was not let in: ${messageOf(error)}\n`);
    return null;
  }
}

function introduction({ name, origin, keyShort, code, known }: PendingDevice): string {
  const key = keyShort === null ? "" : `, key ${keyShort}`;
  const lines = [`"${name}" wants in (${origin}${key}).`];
  if (known !== null)
    lines.push(`It is known, and stays "${known.name}" with the role ${known.role}.`);
  if (code !== null) lines.push(`It must show this code:  ${code}`);
  return lines.join("\n");
}

function question({ code, known }: PendingDevice, role: string): string {
  const as = known === null ? ` as ${role}` : "";
  return code === null ? `Let it in${as}? [y/N] ` : `Does it, and let it in${as}? [y/N] `;
}

/** Null when the question is over before it was answered. */
async function ask(
  terminal: ReturnType<typeof createInterface>,
  prompt: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return null;
  try {
    return await terminal.question(prompt, { signal });
  } catch (error) {
    if (isAbort(error)) return null;
    throw error;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
