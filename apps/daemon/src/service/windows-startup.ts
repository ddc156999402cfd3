import { type ServiceSpec, markOf } from "./service-spec.ts";

/**
 * A script for the Startup folder of Windows. VBScript, because it is the one kind of file that
 * needs no program of ours, starts node without a window, and is not opened in an editor. Write it as
 * {@link startupBytes}. Throws a sentence for words that no command line can hold.
 */
export function startupScript(spec: ServiceSpec): string {
  const command = spec.argv.map(quoted).join(" ");
  // Run replaces %NAME% and has no way to write a plain %: it is lent one by a variable.
  const plain = command.includes("%")
    ? `shell.Environment("PROCESS")("FAIRLEAD_PERCENT") = "%"\r\n`
    : "";
  const written = command.replaceAll("%", "%FAIRLEAD_PERCENT%").replaceAll('"', '""');
  return (
    `' Written by "fairlead install", removed by "fairlead uninstall".\r\n` +
    `' ${markOf(spec)}\r\n` +
    `Set shell = CreateObject("WScript.Shell")\r\n${plain}` +
    `shell.Run "${written}", 0, False\r\n`
  );
}

/** Without this mark of UTF-16 the script host reads letters of the system's code page. */
export function startupBytes(script: string): Buffer {
  return Buffer.from(`\uFEFF${script}`, "utf16le");
}

/** One word, as Windows programs take their command line apart. */
function quoted(word: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F]/u.test(word)) {
    throw new Error(`Windows cannot be told of ${JSON.stringify(word)}: it has control characters`);
  }
  const escaped = word.replaceAll(/(\\*)"/gu, '$1$1\\"').replace(/\\+$/u, "$&$&");
  return `"${escaped}"`;
}
