import type { PlainAnswer, RequestHandler } from "@fairlead/bridge-core/transport";
import { metricsType } from "./metrics.ts";

/** How far a daemon is. */
export type Readiness = "starting" | "ready" | "stopping";

/** What {@link healthHandler} tells of. */
export interface HealthOptions {
  readonly readiness: () => Readiness;
  /** In the text format of Prometheus. */
  readonly metrics: () => string;
  /** Whether a token is the operator's; in constant time. */
  readonly isOperator: (token: string) => Promise<boolean>;
  /** File that holds the operator's token, for people. */
  readonly tokenFile: string;
}

/**
 * Answers `/healthz` (it lives: 200), `/readyz` (it takes clients: 200, else 503) and `/metrics`, and
 * leaves everything else. Metrics name agents and tell when somebody works, and a proxy on this machine
 * makes everybody a local client: they are for those who show the operator's token, and for those who
 * may open the unix sockets.
 */
export function healthHandler(options: HealthOptions): RequestHandler {
  return async ({ method, path, headers, remoteAddress }) => {
    if (path !== "/healthz" && path !== "/readyz" && path !== "/metrics") return null;
    if (method !== "GET" && method !== "HEAD")
      return { ...told(405, `${path} can only be read`), headers: { allow: "GET, HEAD" } };
    if (path === "/healthz") return told(200, "ok");
    if (path === "/readyz") {
      const readiness = options.readiness();
      return told(readiness === "ready" ? 200 : 503, readiness);
    }
    const { metrics, isOperator, tokenFile } = options;
    const token = /^Bearer +(.+)$/iu.exec(headers.authorization ?? "")?.[1];
    const isLocal = remoteAddress === "";
    if (!isLocal && (token === undefined || !(await isOperator(token)))) {
      const how = `send \`Authorization: Bearer TOKEN\` with the token in ${tokenFile} of the host`;
      const refusal = told(401, `metrics are for the operator: ${how}`);
      return { ...refusal, headers: { "www-authenticate": "Bearer" } };
    }
    return { status: 200, headers: { "content-type": metricsType }, body: metrics() };
  };
}

function told(status: number, sentence: string): PlainAnswer {
  return { status, body: `${sentence}\n` };
}
