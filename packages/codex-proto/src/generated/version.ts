// generated from codex 0.169.0; do not edit

export const codexVersion = "0.169.0";
