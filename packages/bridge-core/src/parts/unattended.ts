import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";

/** Work nobody waits for: that it was aborted is no news, any other failure is logged. */
export function unattended(work: Promise<unknown>, log: BridgeHost["log"]): void {
  work.catch((error: unknown) => {
    const aborted = error instanceof Error && error.name === "AbortError";
    if (!aborted) log("debug", `unattended work failed: ${messageOf(error)}`, error);
  });
}
