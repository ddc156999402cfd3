import {
  type Key,
  amount,
  choice,
  flag,
  list,
  optionalList,
  optionalText,
  text,
  whole,
} from "./key-kinds.ts";

/** A week: far below what the system's timers can hold. */
const maxMinutes = 7 * 24 * 60;
const mebibyte = 1024 * 1024;

/**
 * Every key of `host.toml` outside of `[agents]` and `[transports]`. All else follows from this
 * table: what is valid, the commented file of the first start, `fairlead config`, and the page.
 */
export const keys = {
  defaultAgent: optionalText({
    path: "default_agent",
    meaning: "Agent of new threads whose model names none.",
    range: "name of an agent",
    unset: "the best one found",
    example: '"claude"',
    applies: "live",
    of: (config) => config.defaultAgent,
  }),
  cwd: optionalText({
    path: "cwd",
    meaning: "Folder of threads whose client names none.",
    range: "folder",
    unset: "your home folder",
    example: '"~/projects"',
    applies: "live",
    isPath: true,
    of: (config) => config.cwd,
  }),
  token: optionalText({
    path: "token",
    meaning: "Secret that a new device shows.",
    range: "at least 32 characters",
    unset: "made by the daemon, and kept in a file of its own",
    example: '"..."',
    applies: "live",
    isSecret: true,
    refuse: (value) =>
      value.length >= 32 && !/\s/u.test(value)
        ? null
        : "it is too easy to guess: use at least 32 characters without spaces, or remove the line",
    of: (config) => config.token,
  }),
  policy: {
    approvals: choice({
      path: "policy.approvals",
      meaning:
        "The most a client may ask for: ask = agents ask before what needs leave; auto = a client may switch that off.",
      words: ["ask", "auto"],
      fallback: "ask",
      applies: "live",
      of: ({ policy }) => policy.approvals,
    }),
    sandbox: choice({
      path: "policy.sandbox",
      meaning: "The most a client may ask for: what an agent may change without asking.",
      words: ["read-only", "workspace-write", "danger-full-access"],
      fallback: "workspace-write",
      applies: "live",
      of: ({ policy }) => policy.sandbox,
    }),
    roots: optionalList({
      path: "policy.roots",
      meaning: "Folders that threads may work in.",
      range: "list of folders",
      unset: "anywhere",
      example: '["~/projects"]',
      applies: "live",
      isPath: true,
      of: ({ policy }) => policy.roots,
    }),
    approvalLimit: amount({
      path: "policy.approval_limit_minutes",
      meaning: "After this long an approval that nobody answered counts as declined.",
      unset: "it waits",
      example: "60",
      max: maxMinutes,
      noun: "number of minutes",
      scale: 60_000,
      applies: "live",
      of: ({ policy }) => policy.approvalLimitMs,
    }),
    deviceRole: choice({
      path: "policy.device_role",
      meaning:
        "What a new device may do when `fairlead pair` names no role; each word includes those before it.",
      words: ["view", "approve", "drive", "admin"],
      fallback: "drive",
      applies: "live",
      of: ({ policy }) => policy.deviceRole,
    }),
  },
  websocket: {
    enabled: flag({
      path: "websocket.enabled",
      meaning: "Whether clients can come over a WebSocket.",
      fallback: true,
      applies: "live",
      of: ({ websocket }) => websocket.enabled,
    }),
    host: text({
      path: "websocket.host",
      meaning: "Address to listen on. Other than loopback needs tls_cert and tls_key.",
      range: "host name or address",
      fallback: "127.0.0.1",
      applies: "live",
      refuse: (value) =>
        /^[\w.:-]+$/u.test(value) ? null : `${JSON.stringify(value)} is not a host name or address`,
      of: ({ websocket }) => websocket.host,
    }),
    port: whole({
      path: "websocket.port",
      meaning: "Port to listen on; 0 = a free one.",
      noun: "port",
      min: 0,
      max: 65_535,
      fallback: 4517,
      applies: "live",
      of: ({ websocket }) => websocket.port,
    }),
    tlsCert: optionalText({
      path: "websocket.tls_cert",
      meaning: "Certificate chain (PEM). With tls_key clients use wss://.",
      range: "file",
      unset: "no TLS",
      example: '"~/tls/cert.pem"',
      isPath: true,
      applies: "live",
      of: ({ websocket }) => websocket.tlsCert,
    }),
    tlsKey: optionalText({
      path: "websocket.tls_key",
      meaning: "Private key of tls_cert (PEM).",
      range: "file",
      unset: "no TLS",
      example: '"~/tls/key.pem"',
      isPath: true,
      applies: "live",
      of: ({ websocket }) => websocket.tlsKey,
    }),
  },
  alleycat: {
    enabled: flag({
      path: "alleycat.enabled",
      meaning: "Whether phones made for Alleycat can come, over iroh.",
      fallback: true,
      applies: "live",
      of: ({ alleycat }) => alleycat.enabled,
    }),
    relay: optionalText({
      path: "alleycat.relay",
      meaning: "Relay for phones that cannot reach this machine directly.",
      range: "URL",
      unset: "iroh's own",
      example: '"https://relay.example.com"',
      applies: "live",
      aliases: ["relay"],
      refuse: (value) =>
        URL.canParse(value) && /^https?:/iu.test(value)
          ? null
          : `${JSON.stringify(value)} is not a URL: begin it with https://`,
      of: ({ alleycat }) => alleycat.relay,
    }),
    internet: flag({
      path: "alleycat.internet",
      meaning: "False: no relay and no discovery, only devices that reach this machine directly.",
      fallback: true,
      applies: "live",
      of: ({ alleycat }) => alleycat.internet,
    }),
    bind: list({
      path: "alleycat.bind",
      meaning: "Addresses to use for UDP; empty = any.",
      range: 'list of "HOST:PORT"',
      applies: "live",
      refuse: (value) =>
        /^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$/iu.test(value)
          ? null
          : `${JSON.stringify(value)} is not HOST:PORT`,
      of: ({ alleycat }) => alleycat.bind,
    }),
  },
  session: {
    ringFrames: whole({
      path: "session.ring_frames",
      meaning: "Frames kept for a client that comes back.",
      noun: "number of frames",
      min: 16,
      max: 1_000_000,
      fallback: 2048,
      applies: "restart",
      aliases: ["session.replay_max_msgs"],
      of: ({ session }) => session.ringFrames,
    }),
    ringBytes: whole({
      path: "session.ring_bytes",
      meaning: "Bytes of them together.",
      noun: "number of bytes",
      min: 64 * 1024,
      max: 1024 * mebibyte,
      fallback: 16 * mebibyte,
      applies: "restart",
      aliases: ["session.replay_max_bytes"],
      of: ({ session }) => session.ringBytes,
    }),
    idle: whole({
      path: "session.idle_secs",
      meaning: "How long a client may stay away before it has to start anew.",
      noun: "number of seconds",
      min: 1,
      max: maxMinutes * 60,
      fallback: 600,
      scale: 1000,
      applies: "restart",
      aliases: ["session.idle_ttl_secs"],
      of: ({ session }) => session.idleMs,
    }),
  },
  limits: {
    maxAgents: whole({
      path: "limits.max_agents",
      meaning: "Agent processes at a time; idle ones make room first.",
      noun: "number of processes",
      min: 1,
      max: 1000,
      fallback: 16,
      applies: "restart",
      of: ({ limits }) => limits.maxAgents,
    }),
    agentIdle: whole({
      path: "limits.agent_idle_minutes",
      meaning: "After this long an idle agent process ends; its threads stay.",
      noun: "number of minutes",
      min: 1,
      max: maxMinutes,
      fallback: 10,
      scale: 60_000,
      applies: "restart",
      of: ({ limits }) => limits.agentIdleMs,
    }),
    stop: whole({
      path: "limits.stop_secs",
      meaning: "How long `fairlead stop` waits for running turns.",
      noun: "number of seconds",
      min: 0,
      max: 3600,
      fallback: 30,
      scale: 1000,
      applies: "live",
      of: ({ limits }) => limits.stopMs,
    }),
  },
  log: {
    level: choice({
      path: "log.level",
      meaning: "How much is written to the log.",
      words: ["debug", "warn"],
      fallback: "warn",
      applies: "live",
      of: ({ log }) => log.level,
    }),
    maxFileBytes: whole({
      path: "log.max_file_bytes",
      meaning: "A log file that reaches this size is closed and a new one begun.",
      noun: "number of bytes",
      min: 4096,
      max: 1024 * mebibyte,
      fallback: 5 * mebibyte,
      applies: "live",
      of: ({ log }) => log.maxFileBytes,
    }),
    maxFiles: whole({
      path: "log.max_files",
      meaning: "Log files kept, the one that is written included.",
      noun: "number of files",
      min: 1,
      max: 100,
      fallback: 5,
      applies: "live",
      of: ({ log }) => log.maxFiles,
    }),
    maxAgeDays: whole({
      path: "log.max_age_days",
      meaning: "Older lines are removed, file by file.",
      noun: "number of days",
      min: 1,
      max: 3650,
      fallback: 14,
      applies: "live",
      of: ({ log }) => log.maxAgeDays,
    }),
  },
} as const;

/** {@link keys}, in the order they are explained. */
export const allKeys: readonly Key<unknown>[] = [
  keys.defaultAgent,
  keys.cwd,
  keys.token,
  ...Object.values(keys.policy),
  ...Object.values(keys.websocket),
  ...Object.values(keys.alleycat),
  ...Object.values(keys.session),
  ...Object.values(keys.limits),
  ...Object.values(keys.log),
];

/** The tables of {@link keys}, with what each is for. */
export const sections: ReadonlyMap<string, string> = new Map([
  ["policy", "What clients may ask for at most."],
  ["websocket", "Clients on this machine, and with TLS on others."],
  ["alleycat", "Phones, over iroh: clients made for Alleycat come this way."],
  ["session", "Clients that lose their connection."],
  ["limits", "Processes."],
  ["log", "The log of the daemon: `fairlead logs`."],
]);
