import type { FailureKind } from "../ops.ts";

/** What a model API's HTTP status means, where its words say nothing more. */
export function failureKindOfStatus(status: number): FailureKind {
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422:
      return "bad-request";
    case 401:
    case 403:
      return "unauthenticated";
    case 402:
      return "usage-limit";
    case 429:
      return "rate-limit";
    case 529:
      return "overloaded";
    default:
      return "connection";
  }
}
