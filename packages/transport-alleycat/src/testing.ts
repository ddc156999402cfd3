/** A client as a phone is one, for tests of hosts. */
export { Phone, type PhoneConnection, type PhoneStream } from "./testing/phone.ts";
export { PhoneWebSocket } from "./testing/phone-websocket.ts";
