import type { McpElicitationPrimitiveSchema, ServerRequests } from "@fairlead/codex-proto";
import type { AskedUser } from "./answer-requests.ts";

type Elicitation = ServerRequests["mcpServer/elicitation/request"];
type Value = string | number | boolean;

/** How one field of a form is asked for. */
interface Field {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  /** What to type. */
  readonly hint: string;
  /** What the typed text means; undefined = it does not fit. */
  readonly read: (text: string) => Value | undefined;
}

/** Puts a question of an MCP server to the user; one this terminal cannot show is declined. */
export async function answerElicitation(
  params: Elicitation["params"],
  { transcript, input }: AskedUser,
  signal: AbortSignal,
): Promise<Elicitation["result"]> {
  const shown = params.mode === "openai/userVerification" ? params.description : params.message;
  transcript.line(`? ${params.serverName}: ${shown}`);
  const fields = fieldsOf(params);
  if (fields === null) {
    transcript.line("  Declined: it cannot be answered in this terminal.");
    return reply("decline");
  }
  if (params.mode === "url") transcript.line(`  ${params.url}`);
  for (;;) {
    const word = (await input.answer("  [y]es, [n]o: ", signal))?.trim().toLowerCase().slice(0, 1);
    if (word === undefined) return reply("cancel");
    if (word === "n") return reply("decline");
    if (word === "y") break;
    transcript.line("  Type y or n.");
  }
  if (params.mode === "url") return reply("accept");
  const content: Record<string, Value> = {};
  for (const field of fields) {
    for (;;) {
      const text = await input.answer(`  ${field.label} (${field.hint}): `, signal);
      if (text === null) return reply("cancel");
      if (text === "" && !field.required) break;
      const value = field.read(text.trim());
      if (value !== undefined) {
        content[field.name] = value;
        break;
      }
      transcript.line(`  ${field.label}: ${field.hint}`);
    }
  }
  return reply("accept", content);
}

function reply(
  action: Elicitation["result"]["action"],
  content: Record<string, Value> | null = null,
): Elicitation["result"] {
  return { action, content, _meta: null };
}

/** Null when somebody at a terminal cannot fill it in. */
function fieldsOf(params: Elicitation["params"]): readonly Field[] | null {
  if (params.mode === "url") return [];
  if (params.mode !== "form") return null;
  const { properties, required = [] } = params.requestedSchema;
  const fields: Field[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    const reading = schema && readingOf(schema);
    if (schema === undefined || reading == null) return null;
    const isRequired = required.includes(name);
    const hint = isRequired ? reading.hint : `${reading.hint}, or nothing`;
    const label = schema.title ?? schema.description ?? name;
    fields.push({ name, label, required: isRequired, hint, read: reading.read });
  }
  return fields;
}

function readingOf(schema: McpElicitationPrimitiveSchema): Pick<Field, "hint" | "read"> | null {
  switch (schema.type) {
    case "boolean":
      return { hint: "y or n", read: yesOrNo };
    case "number":
    case "integer":
      return { hint: `a ${schema.type}`, read: (text) => numberIn(text, schema) };
    case "string": {
      const values = choicesOf(schema);
      if (values === null) return { hint: "text", read: (text) => text || undefined };
      const hint = `one of ${values.join(", ")}`;
      return { hint, read: (text) => values.find((value) => value === text) };
    }
    case "array":
      return null;
  }
}

function choicesOf(
  schema: Extract<McpElicitationPrimitiveSchema, { type: "string" }>,
): readonly string[] | null {
  if ("enum" in schema) return schema.enum;
  return "oneOf" in schema ? schema.oneOf.map((option) => option.const) : null;
}

function yesOrNo(text: string): boolean | undefined {
  if (/^y/iu.test(text)) return true;
  return /^n/iu.test(text) ? false : undefined;
}

function numberIn(
  text: string,
  {
    type,
    minimum,
    maximum,
  }: Extract<McpElicitationPrimitiveSchema, { type: "number" | "integer" }>,
): number | undefined {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return undefined;
  if (type === "integer" && !Number.isInteger(value)) return undefined;
  return value < (minimum ?? value) || value > (maximum ?? value) ? undefined : value;
}
