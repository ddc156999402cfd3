import { isRecord } from "../../read.ts";
import type { JsonObject } from "../../scenario/step.ts";
import type { SuiteClient } from "../suite-client.ts";

/** Introduces a client of the suite's own to the server. */
export async function introduce(client: SuiteClient, said?: JsonObject): Promise<void> {
  const clientInfo = { name: "conformance", title: "Conformance", version: "0.0.1" };
  const optOutNotificationMethods = ["configWarning", "remoteControl/status/changed"];
  const capabilities = { experimentalApi: true, optOutNotificationMethods };
  await client.request("initialize", said ?? { clientInfo, capabilities });
  client.tell("initialized");
}

/** A member of a frame that is an object; empty when it is none. */
export function objectAt(frame: JsonObject, name: string): JsonObject {
  const value = frame[name];
  return isRecord(value) ? value : {};
}
