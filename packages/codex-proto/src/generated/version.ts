// generated from codex 0.169.0; do not edit
/* oxlint-disable */

export const codexVersion = "0.169.0";
