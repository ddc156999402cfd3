const followed = /^\{"method":"thread\/(?:settings\/updated|status\/changed|closed)"/u;

/**
 * Whether a frame of codex has to be read: an answer while one is waited for, or news of a thread's
 * settings. Most are deltas and go on unread, so this looks at how codex begins its frames; one that
 * begins otherwise is read.
 */
export function isOfInterest(text: string, isAnswerWaitedFor: boolean): boolean {
  if (text.startsWith('{"method":')) return followed.test(text);
  if (text.startsWith('{"id":')) return isAnswerWaitedFor;
  return true;
}
