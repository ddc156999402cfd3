/** Fakes of everything outside a bridge, for its tests. */
export { driven, type DrivenThread } from "./testing/driven-thread.ts";
export { FakeHost, fakeHost, type FakeHostOptions } from "./testing/fake-host.ts";
export { FakeProcess, type FixtureEntry, type FrameMatch } from "./testing/fake-process.ts";
export { memoryPair } from "./transport/memory.ts";
