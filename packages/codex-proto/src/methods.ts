import * as generated from "./generated/methods.ts";
import type { Stability } from "./generated/methods.ts";
import {
  type OverlayClientRequests,
  type OverlayServerNotifications,
  overlayClientMethods,
  overlayServerNotificationMethods,
} from "./overlay.ts";

/** What a client asks, by method: the type of its `params` and of the `result` it gets. */
export interface ClientRequests extends generated.ClientRequests, OverlayClientRequests {}

/** What the server asks a client, by method: the type of `params` and of the client's `result`. */
export interface ServerRequests extends generated.ServerRequests {}

/** What the server tells its clients, by method: the type of `params`. */
export interface ServerNotifications
  extends generated.ServerNotifications, OverlayServerNotifications {}

/** What a client tells the server, by method: the type of `params`. */
export interface ClientNotifications extends generated.ClientNotifications {}

/** A method name a client may send as a request. */
export type ClientMethod = keyof ClientRequests;

/** A method name the server may send as a request. */
export type ServerRequestMethod = keyof ServerRequests;

/** A method name the server may send as a notification. */
export type ServerNotificationMethod = keyof ServerNotifications;

/** A method name a client may send as a notification. */
export type ClientNotificationMethod = keyof ClientNotifications;

/** Every client request, and whether it needs `capabilities.experimentalApi`. */
export const clientMethods: Readonly<Record<ClientMethod, Stability>> = {
  ...generated.clientMethods,
  ...overlayClientMethods,
};

/** Every server request, and whether only experimental clients get it. */
export const serverRequestMethods: Readonly<Record<ServerRequestMethod, Stability>> =
  generated.serverRequestMethods;

/** Every server notification, and whether only experimental clients get it. */
export const serverNotificationMethods: Readonly<Record<ServerNotificationMethod, Stability>> = {
  ...generated.serverNotificationMethods,
  ...overlayServerNotificationMethods,
};

/** Every client notification. */
export const clientNotificationMethods: Readonly<Record<ClientNotificationMethod, Stability>> =
  generated.clientNotificationMethods;

/** Narrows a received method name to one a server can be asked. */
export function isClientMethod(method: string): method is ClientMethod {
  return Object.hasOwn(clientMethods, method);
}

/** Narrows a received method name to one a client can be asked. */
export function isServerRequestMethod(method: string): method is ServerRequestMethod {
  return Object.hasOwn(serverRequestMethods, method);
}

/** Narrows a received method name to one a client can be told. */
export function isServerNotificationMethod(method: string): method is ServerNotificationMethod {
  return Object.hasOwn(serverNotificationMethods, method);
}

export type { Stability };
