import type { ClientMethod } from "@fairlead/codex-proto";

const login =
  "Fairlead has no accounts: every agent keeps its own login. " +
  "Use the agent's own login command in a terminal.";
const accountService = "Fairlead talks to no account service; ask the agent's own provider.";
const agentConfiguration =
  "Fairlead writes no agent's configuration. Edit the agent's own configuration files.";
const plugins =
  "Fairlead has no plugins. Install plugins with the agent's own command; " +
  "their skills then appear in skills/list.";
const mcpServers =
  "MCP servers live inside the agent and cannot be reached from here. " +
  "Manage them with the agent's own commands.";
const environments =
  "Fairlead has no remote environments: agents run on the machine Fairlead runs on.";
const remoteControl =
  "Fairlead is not reached through codex's remote control service. " +
  "Connect to its WebSocket or its unix socket.";
const userVerification = "Fairlead verifies no users; its operator decides who may connect.";
const realtime = "No agent offers voice. Send text with turn/start.";
const queue =
  "Fairlead keeps no queue of prompts. Send turn/start: during a turn the text reaches the agent " +
  "as soon as it can take it.";
const goals = "Agents here have no goals. Say the goal in a prompt, with turn/start.";
const memory = "Fairlead keeps no memories across threads; the agent may keep its own.";
const projects =
  "Fairlead has no projects. Threads are grouped by their folder: thread/list takes a cwd.";
const sections = "Fairlead has no thread sections. Put threads away with thread/archive.";
const attachments = "Fairlead attaches nothing to threads. Send files and images with turn/start.";
const guardian =
  "Fairlead has no automatic reviewer: approvals are asked of the clients, who may still answer.";
const elicitation =
  "Fairlead has no time limit that could be paused: approvals wait until they are answered.";
const backgroundTerminals =
  "Background commands belong to the agent, which does not let others list or end them. " +
  "Ask the agent to, or interrupt the turn.";
const sample =
  "Agents answer in turns only. Start an ephemeral thread with thread/start and prompt it.";
const sandbox = "Fairlead has no sandbox of its own. The agent's own sandbox, if any, applies.";
const feedback = "Fairlead sends feedback to nobody. Report problems to the project or the agent.";
const importing =
  "Fairlead imports no configuration and no conversations: " +
  "thread/list shows those of the agent's own terminal as they are.";
const skills =
  "Fairlead does not manage skills. Add or remove them where the agent looks for them.";

/**
 * Why a method is refused and, where there is one, what to do instead: the message of its −32601
 * error. A method that comes to be answered leaves this list; `methodTable` throws when one is in
 * both or in neither.
 */
export const refusals: Readonly<Partial<Record<ClientMethod, string>>> = {
  "account/bedrock/discover": login,
  "account/bedrock/setup": login,
  "account/gatewayOAuth/cancel": login,
  "account/gatewayOAuth/login": login,
  "account/gatewayOAuth/read": login,
  "account/gcp/setup": login,
  "account/login/cancel": login,
  "account/login/start": login,
  "account/logout": login,
  "accountSession/switch": login,
  "account/rateLimitResetCredit/consume": accountService,
  "account/rateLimits/read": accountService,
  "account/sendAddCreditsNudgeEmail": accountService,
  "account/usage/read": accountService,
  "config/batchWrite": agentConfiguration,
  "config/value/write": agentConfiguration,
  "experimentalFeature/enablement/set": "Fairlead has no experimental features to switch.",
  "modelProvider/capabilities/read":
    "Fairlead does not know what the agent's provider can do. See model/list for its models.",
  "modelProvider/config/write": agentConfiguration,
  "config/mcpServer/reload": mcpServers,
  "mcpServer/event/stream/start": mcpServers,
  "mcpServer/event/stream/stop": mcpServers,
  "mcpServer/oauth/login": mcpServers,
  "mcpServer/resource/read": mcpServers,
  "mcpServer/tool/call": mcpServers,
  "environment/add": environments,
  "externalAgentConfig/detect": importing,
  "externalAgentConfig/import": importing,
  "externalAgentConfig/import/recordHistory": importing,
  "feedback/save": feedback,
  "feedback/upload": feedback,
  getConversationSummary: "Fairlead keeps no rollout files. Use thread/read.",
  "marketplace/add": plugins,
  "marketplace/remove": plugins,
  "marketplace/upgrade": plugins,
  "plugin/install": plugins,
  "plugin/read": plugins,
  "plugin/reconcile": plugins,
  "plugin/share/checkout": plugins,
  "plugin/share/delete": plugins,
  "plugin/share/save": plugins,
  "plugin/share/updateTargets": plugins,
  "plugin/skill/read": plugins,
  "plugin/uninstall": plugins,
  "memory/reset": memory,
  "thread/memoryMode/set": memory,
  "mock/experimentalMethod": "This method exists for codex's own tests only.",
  "project/create": projects,
  "project/delete": projects,
  "project/import": projects,
  "project/move": projects,
  "project/read": projects,
  "project/update": projects,
  "remoteControl/client/list": remoteControl,
  "remoteControl/client/revoke": remoteControl,
  "remoteControl/disable": remoteControl,
  "remoteControl/enable": remoteControl,
  "remoteControl/pairing/start": remoteControl,
  "remoteControl/pairing/status": remoteControl,
  "remoteControl/status/read": remoteControl,
  "rollout/compress": "Fairlead keeps no rollout files, so there are none to compress.",
  "skills/config/write": skills,
  "skills/extraRoots/set": skills,
  "skills/remote/export": skills,
  "thread/approveGuardianDeniedAction": guardian,
  "thread/guardianReview": guardian,
  "thread/attachment/add": attachments,
  "thread/attachment/remove": attachments,
  "thread/backgroundTerminals/list": backgroundTerminals,
  "thread/backgroundTerminals/terminate": backgroundTerminals,
  "thread/decrement_elicitation": elicitation,
  "thread/increment_elicitation": elicitation,
  "thread/goal/clear": goals,
  "thread/goal/set": goals,
  "thread/inject_items":
    "The agent keeps the conversation itself and takes no items from outside. Use turn/start.",
  "thread/prediction/request": "No agent predicts the next prompt.",
  "thread/prepareApprovedPlan":
    "The agent keeps its plan itself. Approve it in the agent's own question, or with turn/start.",
  "thread/queue/add": queue,
  "thread/queue/delete": queue,
  "thread/queue/reorder": queue,
  "thread/queue/start": queue,
  "thread/queue/update": queue,
  "thread/readState/update":
    "Fairlead does not keep which threads were read; thread/list has no read states.",
  "thread/realtime/appendAudio": realtime,
  "thread/realtime/appendSpeech": realtime,
  "thread/realtime/appendText": realtime,
  "thread/realtime/listVoices": realtime,
  "thread/realtime/start": realtime,
  "thread/realtime/stop": realtime,
  "thread/sample": sample,
  "thread/sample/cancel": sample,
  "thread/section/move": sections,
  "threadSection/create": sections,
  "threadSection/delete": sections,
  "threadSection/update": sections,
  "thread/timeline/list":
    "Threads have no timeline beside their items. Use thread/turns/list and thread/items/list.",
  "turn/settings/update":
    "The settings of a running turn cannot change. Use thread/settings/update for the next one.",
  "userVerification/cancel": userVerification,
  "userVerification/delete": userVerification,
  "userVerification/enroll": userVerification,
  "userVerification/verify": userVerification,
  "windowsSandbox/setupStart": sandbox,
};
