import type { BridgeAdapter } from "@fairlead/bridge-core";
import type { Scenario } from "../scenario/scenario.ts";
import type { ClientFrame } from "../skeleton.ts";
import type { Manifest } from "./manifest.ts";

/** What was seen of an agent, to hold its manifest against. */
export class Evidence {
  see(scenario: Scenario, frames: readonly ClientFrame[]): void {
    void scenario;
    void frames;
  }

  problems(manifest: Manifest, adapter: BridgeAdapter, whole: boolean): readonly string[] {
    void manifest;
    void adapter;
    void whole;
    return [];
  }
}
