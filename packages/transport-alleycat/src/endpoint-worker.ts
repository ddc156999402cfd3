import process from "node:process";
import { type MessagePort, parentPort } from "node:worker_threads";
import { messageOf } from "@fairlead/bridge-core/transport";
import { type IrohEndpoint, openEndpoint } from "./iroh-endpoint.ts";
import type { EndpointSettings, FromWorker, ToWorker } from "./messages.ts";

if (parentPort === null) throw new Error("this module runs in a worker thread only");
serve(parentPort);

/**
 * The first message opens the endpoint, all others are for it; the thread ends with it. It never ends
 * before: what iroh still does for a thread that is gone ends the whole process.
 */
function serve(port: MessagePort): void {
  let endpoint: IrohEndpoint | null = null;
  let failure = "the endpoint was closed";
  const post = (message: FromWorker): void => {
    const buffer = message.type === "data" ? message.bytes.buffer : null;
    port.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : []);
  };
  const run = async (settings: EndpointSettings, closed: Int32Array): Promise<void> => {
    try {
      endpoint = await openEndpoint(settings, post);
      post({ type: "bound", id: endpoint.id, sockets: endpoint.sockets });
      await endpoint.accept();
      await endpoint.settled();
      post({ type: "ending", reason: failure });
    } catch (error) {
      post({ type: "unbound", reason: messageOf(error) });
    }
    Atomics.store(closed, 0, 1);
    Atomics.notify(closed, 0);
    port.close();
  };
  process.on("uncaughtException", (error) => {
    failure = error.message;
    endpoint?.handle({ type: "close", reason: "the host had to start again" });
  });
  port.on("message", (message: ToWorker) => {
    if (message.type === "open") void run(message.settings, message.closed);
    else endpoint?.handle(message);
  });
}
