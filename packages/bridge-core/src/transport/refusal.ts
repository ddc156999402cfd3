/** Why a connection or a request is not taken: an HTTP status, and a sentence for its client. */
export interface Refusal {
  readonly status: RefusalStatus;
  readonly text: string;
}

export type RefusalStatus = keyof typeof statusTexts;

/** The words behind the status of {@link Refusal}. */
export const statusTexts = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Payload Too Large",
  429: "Too Many Requests",
  503: "Service Unavailable",
} as const;
