/** What one session may hold. Lengths are UTF-16 units: nearly always bytes, and never counted twice. */
export interface SessionLimits {
  /** Frames kept for a client that comes back. */
  readonly ringFrames: number;
  readonly ringLength: number;
  /** Frames are handed to a connection only while it holds less than this. At least 64 KiB. */
  readonly windowBytes: number;
  /** Responses, and notifications too large for the ring, that wait for a slow connection. */
  readonly outboxLength: number;
  /** Deltas are joined up to this length. */
  readonly mergedLength: number;
  /** Answered requests that are remembered for a client that sends them again. */
  readonly answers: number;
  readonly answersLength: number;
}

/** The limits unless told otherwise. */
export const defaultSessionLimits: SessionLimits = {
  ringFrames: 2048,
  ringLength: 16 * 1024 * 1024,
  windowBytes: 1024 * 1024,
  outboxLength: 16 * 1024 * 1024,
  mergedLength: 64 * 1024,
  answers: 1024,
  answersLength: 16 * 1024 * 1024,
};
