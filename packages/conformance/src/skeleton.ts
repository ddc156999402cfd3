import { ClientView } from "./skeleton/client-view.ts";
import type { Skeleton } from "./skeleton/shape.ts";

export { type CompareOptions, compareSkeletons } from "./skeleton/compare.ts";
export type {
  AskSkeleton,
  ClientSkeleton,
  ItemSkeleton,
  RequestSkeleton,
  Skeleton,
  ThreadSkeleton,
  TurnSkeleton,
} from "./skeleton/shape.ts";

/** One frame of a conversation, and whose it is. */
export interface ClientFrame {
  /** Name of the connection. Default `a`. */
  readonly client?: string;
  /** As the client sees it. */
  readonly dir: "send" | "recv";
  readonly frame: unknown;
}

/**
 * What a conversation looked like, without what may differ: see `compareSkeletons`. Frames of one
 * client may come from several connections, one after the other. Whoever sends frames of his own
 * between those of the script leaves them and their responses out. Pure; never throws, frames that
 * are none are passed over.
 */
export function skeletonOf(frames: Iterable<ClientFrame>): Skeleton {
  const clients = new Map<string, ClientView>();
  for (const { client = "a", dir, frame } of frames) {
    const view = clients.get(client) ?? new ClientView();
    clients.set(client, view);
    if (dir === "send") view.send(frame);
    else view.receive(frame);
  }
  const named = [...clients].map(([name, view]) => [name, view.skeleton()] as const);
  return { clients: Object.fromEntries(named) };
}
