/**
 * The same text with every control character but line feeds and tabs spelled out, and halves of
 * surrogate pairs replaced: what an agent printed must not steer a terminal or break a file.
 */
export function printable(text: string): string {
  return (
    text
      .replaceAll("\r\n", "\n")
      // eslint-disable-next-line no-control-regex -- control characters are what it is about
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g, spelledOut)
      .replaceAll(/\p{Surrogate}/gu, "\ufffd")
  );
}

/** Printable text for HTML and XML, between tags and inside quoted attributes. */
export function markup(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function spelledOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
