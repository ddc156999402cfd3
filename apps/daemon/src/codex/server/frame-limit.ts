/**
 * Largest frame taken from codex, in bytes. Above the 16 MiB that it takes itself: a long thread read
 * with all its turns must not end the connection.
 */
export const maxCodexFrameBytes: number = 64 * 1024 * 1024;
