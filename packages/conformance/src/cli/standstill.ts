/**
 * Says so and ends with code 2 when the program would end by itself before its work is done: then
 * something waits for what cannot come any more, and silence would hide it. Dispose when the work
 * is done.
 */
export function watchStandstill(where: () => string): Disposable {
  const tell = (): void => {
    process.stderr.write(
      `\nthe run came to a standstill at ${where()}: nothing is left to wait for\n`,
    );
    process.exit(2);
  };
  process.once("beforeExit", tell);
  return { [Symbol.dispose]: () => process.removeListener("beforeExit", tell) };
}
