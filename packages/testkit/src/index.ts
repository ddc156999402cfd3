export type { MockLlm, MockLlmOptions, MockRequest } from "./mock/mock-llm.ts";
export { startMockLlm } from "./mock/mock-llm.ts";
export { nonceOf } from "./mock/nonce.ts";
