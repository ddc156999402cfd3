/**
 * Decodes standard padded base64; null when the text is anything else (`Buffer` alone would skip
 * bad characters).
 */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}
