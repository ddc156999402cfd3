import type { Settings } from "../../adapter.ts";
import { BridgeError } from "../../errors.ts";
import type { Fields } from "../fields.ts";
import {
  acpChange,
  acpMode,
  AcpSession,
  isBypassing,
  isPlanning,
  type AcpCategory,
  type AcpSetting,
} from "./session-state.ts";

/** The agent of a session, as far as its settings go. */
export interface AcpSettingsOptions {
  readonly agent: { readonly displayName: string; readonly askingMode?: string };
  /** The answer to a request. */
  readonly ask: (method: string, params: Fields) => Promise<Fields>;
  /** Tells the user what the agent cannot be told. */
  readonly notice: (message: string) => void;
}

/** What a session works with: its mode, its model, its effort. */
export class AcpSettings {
  readonly #options: AcpSettingsOptions;
  readonly #noticed = new Set<string>();
  readonly #state = new AcpSession();
  #session = "";
  #wanted: Settings;

  constructor(wanted: Settings, options: AcpSettingsOptions) {
    this.#wanted = wanted;
    this.#options = options;
  }

  /** What holds. */
  get wanted(): Settings {
    return this.#wanted;
  }

  /** The agent is where it does not ask, or out of a plan that the user wants. */
  get isAstray(): boolean {
    const mode = this.#state.setting("mode");
    if (mode === null) return false;
    const isOut = this.#wanted.mode === "plan" && plans(mode) && !isPlanning(mode.current);
    return isBypassing(mode.current) || isOut;
  }

  /** The answer that opened the session. */
  opened(session: string, said: Fields): void {
    this.#session = session;
    this.#state.take(said);
  }

  /** Takes what the agent tells of it; the settings that are others by that. */
  told(update: Fields): Partial<Settings> {
    const before = this.#state.setting("model")?.current;
    this.#state.take(update);
    const model = this.#state.setting("model")?.current;
    const isSame = before === undefined || model === undefined || model === before;
    return isSame ? {} : { model };
  }

  /**
   * The agent told of its mode in a turn, in which it may have gone into another one by itself: the
   * settings that are others by that. It leaves a plan where the user has agreed to something.
   */
  moved(isAgreed: boolean): Partial<Settings> {
    const setting = this.#state.setting("mode");
    if (setting === null || setting.current === "" || !plans(setting)) return {};
    const mode = isPlanning(setting.current) ? "plan" : "default";
    if (mode === this.#wanted.mode || (mode === "default" && !isAgreed)) return {};
    this.#wanted = { ...this.#wanted, mode };
    return { mode };
  }

  /** Tells the agent what holds from now on, as far as it is another than before. */
  async tell(wanted: Settings): Promise<void> {
    this.#wanted = wanted;
    const { model, effort } = wanted;
    const { displayName: name } = this.#options.agent;
    await this.#enter(wanted.mode === "plan");
    if (model !== null && this.#state.setting("model") === null) {
      this.#noticeOnce(`${name} cannot be told which model to use: it chooses itself.`);
    } else if (model !== null) await this.#change("model", model);
    if (effort === null) return;
    const efforts = this.#state.setting("thought_level")?.values.map(({ id }) => id) ?? [];
    if (efforts.includes(effort)) return this.#change("thought_level", effort);
    const known = efforts.length === 0 ? "none" : efforts.join(", ");
    this.#noticeOnce(`${name} knows no effort ${effort} here (${known}): it chooses itself.`);
  }

  /** Rejects when the agent does not go where it asks. */
  async #enter(isPlan: boolean): Promise<void> {
    const { agent } = this.#options;
    const wanted = (setting: AcpSetting | null): string | null =>
      setting === null ? null : acpMode(agent, setting, isPlan);
    const before = this.#state.setting("mode");
    if (isPlan && (before === null || !plans(before))) {
      const words = `${agent.displayName} has no plan mode: Fairlead refuses its changes of files.`;
      this.#noticeOnce(words);
    }
    const mode = wanted(before);
    if (mode === null) return;
    await this.#change("mode", mode);
    const after = this.#state.setting("mode");
    if (after === null || wanted(after) === null) return;
    const words = `${agent.displayName} stays in its mode ${after.current}, told to go into ${mode}`;
    throw new BridgeError("unsupported", words);
  }

  async #change(category: AcpCategory, value: string): Promise<void> {
    const setting = this.#state.setting(category);
    if (setting === null || setting.current === value) return;
    const [method, params] = acpChange(this.#session, category, setting, value);
    const said = await this.#options.ask(method, params);
    this.#state.changed(category, value);
    this.#state.take(said);
  }

  #noticeOnce(message: string): void {
    if (this.#noticed.has(message)) return;
    this.#noticed.add(message);
    this.#options.notice(message);
  }
}

/** Whether one of the modes is for plans. */
function plans({ values }: AcpSetting): boolean {
  return values.some(({ id }) => isPlanning(id));
}
