// generated from codex 0.169.0; do not edit
/* oxlint-disable */

/** The codex release this package describes. */
export const codexVersion = "0.169.0";
