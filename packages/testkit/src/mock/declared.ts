import { objectOf } from "../json.ts";
import type { OfferedTool } from "./conversation.ts";

/** What the JSON schema of a tool's arguments declares. */
export function declared(schema: unknown): Pick<OfferedTool, "properties" | "texts"> {
  const members = Object.entries(objectOf(objectOf(schema)["properties"]));
  return {
    properties: members.map(([name]) => name),
    texts: members.flatMap(([name, of]) => (objectOf(of)["type"] === "string" ? [name] : [])),
  };
}
