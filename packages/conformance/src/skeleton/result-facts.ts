import { arrayField, field, numberField, stringField } from "../read.ts";

/**
 * What a result says that its client goes by, in sentences that are the same for every server: how
 * much a list holds and whether it goes on, the turns and the name of a thread, what came of a
 * command. Empty for the other methods.
 */
export function resultFacts(method: string, result: unknown): readonly string[] {
  switch (method) {
    case "thread/list":
    case "thread/loaded/list":
    case "thread/turns/list":
      return [`it has ${arrayField(result, "data").length} entries`, goesOn(result)];
    case "thread/items/list":
      // How many items an answer takes is the agent's own.
      return [goesOn(result)].filter((fact) => fact === more);
    case "thread/read":
    case "thread/resume":
    case "thread/fork": {
      const turns = arrayField(result, "thread", "turns").map((turn) =>
        stringField(turn, "status"),
      );
      const name = stringField(result, "thread", "name");
      return [
        turns.length === 0 ? "it has no turns" : `its turns are ${turns.join(", ")}`,
        ...(name === undefined ? [] : [`its name is ${JSON.stringify(name)}`]),
      ];
    }
    case "command/exec":
      return [
        exitFact(numberField(result, "exitCode") ?? 0),
        `it printed ${JSON.stringify([field(result, "stdout"), field(result, "stderr")])}`,
      ];
    default:
      return [];
  }
}

/** With which signal a server ends a command is its own affair. */
function exitFact(exitCode: number): string {
  return exitCode > 128 ? "a signal ended it" : `its exit code is ${exitCode}`;
}

const more = "it goes on on another page";

function goesOn(result: unknown): string {
  return stringField(result, "nextCursor") === undefined ? "it ends there" : more;
}
