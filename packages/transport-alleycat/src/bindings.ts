/**
 * Which addresses to try to bind together, best first. An address family that is not named would be
 * bound to all its addresses, so with one named the other one is tied to loopback, where it has one.
 */
export function bindings(wanted: readonly string[]): readonly (readonly string[])[] {
  const named = wanted.flatMap((address) => {
    const port = /^localhost:(\d+)$/.exec(address)?.[1];
    return port === undefined ? [address] : [`127.0.0.1:${port}`, `[::1]:${port}`];
  });
  if (named.length === 0) return [[]];
  const six = named.filter((address) => address.startsWith("["));
  const four = named.filter((address) => !address.startsWith("["));
  if (four.length === 0) return [["127.0.0.1:0", ...six]];
  // A machine without IPv6 has no [::1]: nothing of that family is bound there anyway.
  if (six.length === 0) return [[...four, "[::1]:0"], four];
  return [named];
}
