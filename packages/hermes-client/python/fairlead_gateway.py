"""Hermes' stdio gateway, which asks whoever holds its pipes before each tool call.

Hermes itself asks only before commands it deems dangerous. Its hook `pre_tool_call` is called
before every call of a tool, so that is where `fairlead.call` is sent and its answer waited for.
What goes wrong here blocks the call. Beside that it tells what the gateway keeps to itself: where a
session stands in the store (`session.info`), and the results of calls within calls
(`fairlead.result`).
"""

import functools
import itertools
import json
import os
import re
import sys
import threading

# Where this file lies holds nothing of Hermes'.
sys.path.pop(0)

# Not for the commands that Hermes runs to see.
_servers = json.loads(os.environ.pop("FAIRLEAD_HERMES_MCP", "{}"))
_instructions = os.environ.pop("FAIRLEAD_HERMES_INSTRUCTIONS", "")

import run_agent  # noqa: E402
from hermes_cli import plugins  # noqa: E402
from tools import approval, async_delegation, process_registry  # noqa: E402
from tui_gateway import entry, server  # noqa: E402

_blocked = "The user declined this call. Do not try it in another way."
_max_bytes = 256 * 1024
_counters = ("prompt", "cache_read", "output", "reasoning")
_ids = itertools.count(1)
_waiting = {}
_closed = threading.Event()
_calling = threading.local()
_sessions_of_tasks = {}


def _file_of(about):
    """The file a call is about, links resolved, and what one holds that is to be changed."""
    args, tool = about.get("args") or {}, about.get("tool_name")
    path = args.get("path", args.get("image_url"))
    if tool in ("terminal", "execute_code"):
        # Where it runs: Hermes stays where the last command went.
        path = args.get("workdir") or "."
    elif tool == "search_files":
        path = path or "."
    elif tool not in ("write_file", "patch", "read_file", "vision_analyze"):
        return {}
    if not isinstance(path, str):
        return {}
    from tools.file_tools import _resolve_path_for_task

    file = _resolve_path_for_task(path, about.get("task_id") or "default")
    before = _held_by(file) if tool in ("write_file", "patch") else None
    return {"path": str(file), "before": before}


def _held_by(file):
    if not file.is_file() or file.stat().st_size > _max_bytes:
        return None
    return file.read_text(encoding="utf-8", errors="replace")


def _deleted_by(about):
    """What the files hold that a patch deletes, by the names it has for them."""
    patch = (about.get("args") or {}).get("patch")
    if about.get("tool_name") != "patch" or not isinstance(patch, str):
        return {}
    from tools.file_tools import _resolve_path_for_task

    task = about.get("task_id") or "default"
    names = re.findall(r"^\*\*\*\s*Delete\s+File:\s*(.+?)\s*$", patch, re.M)
    return {name: _held_by(_resolve_path_for_task(name, task)) for name in names}


def _session_of(about):
    """Whose call it is: what a script calls is known by the task it works for."""
    task, session = about.get("task_id"), about.get("session_id")
    if session:
        _sessions_of_tasks[task] = session
    return session or _sessions_of_tasks.get(task)


def _ask(about):
    request = str(next(_ids))
    answered = threading.Event()
    _waiting[request] = [answered, None]
    _calling.request = request
    keys = ("tool_name", "args", "tool_call_id")
    call = {"request_id": request, **{key: about.get(key) for key in keys}}
    call["session_id"] = _session_of(about)
    call["folder"] = os.path.realpath(os.getcwd())
    try:
        call["file"] = {**_file_of(about), "deleted": _deleted_by(about)}
    except Exception:
        # Then it is not known to lie in the folder.
        call["file"] = {}
    server._emit("fairlead.call", "", json.loads(json.dumps(call)))
    if not _closed.is_set():
        answered.wait()
    return _waiting.pop(request)[1]


def _blocks(result):
    """Whether Hermes heeds what a hook said: without a reason it would let the call run."""
    blocks = isinstance(result, dict) and result.get("action") == "block"
    return blocks and isinstance(result.get("message"), str) and result["message"] != ""


def _verdict(about):
    try:
        answer = _ask(about)
    except BaseException as error:
        return {"action": "block", "message": f"Fairlead could not ask the user: {error}"}
    if answer == "allow":
        return None
    # An empty message would block nothing.
    return {"action": "block", "message": answer if answer and isinstance(answer, str) else _blocked}


def _tell_result(about):
    sessions = [each.get("session_key") for each in server._sessions.values()]
    key = about.get("tool_call_id")
    # The gateway tells the results of the session's own calls by itself.
    if key and about.get("session_id") in sessions:
        return
    request = getattr(_calling, "request", None)
    result = about.get("result")
    try:
        result = json.loads(result)
    except Exception:
        result = str(result)
    told = {"tool_call_id": key, "request_id": request, "result": result}
    server._emit("fairlead.result", "", told)


_invoke_hook = plugins.PluginManager.invoke_hook


def _asking_hook(self, hook_name, **about):
    # The user's own hooks come first: what they block is not asked.
    results = _invoke_hook(self, hook_name, **about)
    if hook_name == "post_tool_call" and about.get("status") != "blocked":
        try:
            _tell_result(about)
        except Exception as error:
            print(f"fairlead: {error}", file=sys.stderr)
    if hook_name != "pre_tool_call":
        return results
    if any(_blocks(each) for each in results):
        return results
    verdict = _verdict(about)
    return results if verdict is None else [verdict, *results]


# Not `register_hook`: what is registered is lost when Hermes loads its plugins again.
plugins.PluginManager.invoke_hook = _asking_hook
_has_hook = plugins.PluginManager.has_hook
plugins.PluginManager.has_hook = lambda self, name: name == "post_tool_call" or _has_hook(self, name)
# Questions wait until they are answered, and calls are told whatever the user's display shows.
server._block.__defaults__ = (None,)
server._load_tool_progress_mode = lambda: "all"

_run_conversation = run_agent.AIAgent.run_conversation


def _run(self, *args, **options):
    given = self.ephemeral_system_prompt or ""
    if _instructions not in given:
        self.ephemeral_system_prompt = "\n\n".join(filter(None, (given, _instructions)))
    self.fairlead_stored = False
    result = _run_conversation(self, *args, **options)
    told = result if isinstance(result, dict) else {}
    self.fairlead_steer = told.get("pending_steer")
    # The gateway tells what there is of a broken answer in place of what broke it.
    self.fairlead_error = told.get("error") if told.get("partial") else None
    return result


run_agent.AIAgent.run_conversation = functools.wraps(_run_conversation)(_run)

_persist_session = run_agent.AIAgent._persist_session


def _persist(self, *args, **options):
    """Tells at once where a turn is stored: one that is cut off is known by that later on."""
    _persist_session(self, *args, **options)
    if getattr(self, "fairlead_stored", True):
        return
    self.fairlead_stored = True
    for sid, session in list(server._sessions.items()):
        if session.get("agent") is self:
            _emit("session.info", sid, {"running": True, "rows": _standing(sid)["rows"][-1:]})


run_agent.AIAgent._persist_session = functools.wraps(_persist_session)(_persist)

_asked = {}


@server.method("approval.respond")
def _approve(rid, params):
    """Answers the question that is named: Hermes itself answers whichever has waited longest."""
    data = _asked.pop(params.get("request_id"), None)
    with approval._lock:
        for queue in approval._gateway_queues.values():
            for each in [each for each in queue if each.data is data]:
                queue.remove(each)
                each.result = params.get("choice", "deny")
                each.event.set()
                return server._ok(rid, {})
    return server._err(rid, 4009, "no such question waits")


def _question(data):
    """What Hermes asks by itself, and which call it is about."""
    request = str(next(_ids))
    _asked[request] = data
    call = {"tool_call_id": approval._approval_tool_call_id.get()}
    if not call["tool_call_id"]:
        call["call"] = getattr(_calling, "request", None)
    return {**data, **call, "request_id": request}


_emit = server._emit
_told = ("model", "provider", "reasoning_effort", "running", "version")


def _rows(key):
    messages = server._get_db().get_messages(key)
    return [each["id"] for each in messages if each["role"] == "user"]


def _standing(sid):
    """Where a session stands in the store, as far as it is stored."""
    session = server._sessions.get(sid) or {}
    key = session.get("session_key")
    try:
        rows, title = _rows(key), server._get_db().get_session_title(key)
    except Exception:
        rows, title = [], None
    return {"stored_session_id": key, "rows": rows, "title": title}


def _left_over(sid):
    """What came too late for the turn it was meant for: this gateway would forget it."""
    session = server._sessions.get(sid) or {}
    agent = session.get("agent")
    if agent is None:
        return None
    with session["history_lock"]:
        late = [getattr(agent, "fairlead_steer", None), agent._drain_pending_steer()]
        late.append(session.pop("fairlead_late", None))
        agent.fairlead_steer = None
    return "\n".join(filter(None, late)) or None


_counted = {}


def _of_turn(sid, usage):
    """Hermes counts since its start: what is new is the turn's."""
    then = _counted.get(sid, {})
    _counted[sid] = {key: usage.get(key, 0) for key in _counters}
    return {**usage, **{key: max(0, now - then.get(key, 0)) for key, now in _counted[sid].items()}}


def _works_on():
    """Tells whether something goes on between turns, whenever that changes."""
    running = process_registry.process_registry.count_running() + async_delegation.active_count() > 0
    if running != _works_on.told:
        _works_on.told = running
        _emit("fairlead.background", "", {"running": running})


_works_on.told = False


def _then(work):
    def wrapped(*args, **options):
        try:
            return work(*args, **options)
        finally:
            _works_on()

    return functools.wraps(work)(wrapped)


_registry = process_registry.ProcessRegistry
_registry._move_to_finished = _then(_registry._move_to_finished)
async_delegation._finalize = _then(async_delegation._finalize)


def _telling(event, sid, payload=None):
    if event == "approval.request":
        payload = _question(payload)
    if event == "message.complete" and isinstance((payload or {}).get("usage"), dict):
        payload = {**payload, "usage": {**_of_turn(sid, payload["usage"]), "of_turn": True}}
        error = getattr((server._sessions.get(sid) or {}).get("agent"), "fairlead_error", None)
        if error and payload.get("status") == "error":
            payload["error"] = str(error)
    if event == "session.info" and payload is not None:
        payload = {key: payload.get(key) for key in _told}
        if payload["running"] is False:
            _works_on()
            payload.update(_standing(sid), steer=_left_over(sid))
    _emit(event, sid, payload)


server._emit = _telling


@server.method("fairlead.answer")
def _answer(rid, params):
    waiting = _waiting.get(params.get("request_id", ""))
    if waiting is None:
        return server._err(rid, 4009, "no such call waits")
    waiting[1] = params.get("answer")
    waiting[0].set()
    return server._ok(rid, {})


@server.method("fairlead.effort")
def _effort(rid, params):
    """The effort of one session; Hermes' own `config.set` would write it to the user's settings."""
    from hermes_constants import parse_reasoning_effort

    session = server._sessions.get(params.get("session_id", "")) or {}
    parsed = parse_reasoning_effort(params.get("effort", ""))
    if parsed is None:
        return server._err(rid, 4002, f"unknown effort: {params.get('effort')}")
    session["create_reasoning_override"] = parsed
    if session.get("agent") is not None:
        session["agent"].reasoning_config = parsed
    return server._ok(rid, {})


_submit = server._methods["prompt.submit"]


@server.method("prompt.submit")
def _submitted(rid, params):
    """What comes while Hermes works unasked is handed back as `steer` when that is done."""
    session = server._sessions.get(params.get("session_id", "")) or {}
    if "history_lock" in session:
        with session["history_lock"]:
            if session.get("running"):
                session["fairlead_late"] = params.get("text", "")
                return server._ok(rid, {"status": "late"})
    return _submit(rid, params)


@server.method("fairlead.steer")
def _steer(rid, params):
    """More input for the running turn, which is answered in it or handed back as `steer`."""
    session = server._sessions.get(params.get("session_id", "")) or {}
    agent = session.get("agent")
    if agent is None:
        return server._err(rid, 4010, "no turn runs")
    with session["history_lock"]:
        if not session.get("running") or not agent.steer(params.get("text", "")):
            return server._err(rid, 4010, "no turn runs")
    return server._ok(rid, {})


_resume = server._methods["session.resume"]


@server.method("session.resume")
def _resumed(rid, params):
    """Where a conversation goes on in another folder, that is its folder from now on."""
    answer = _resume(rid, params)
    sid = answer.get("result", {}).get("session_id", "")
    folder, known = params.get("cwd"), server._sessions.get(sid)
    if folder and known and os.path.realpath(known.get("cwd") or "") != os.path.realpath(folder):
        server._set_session_cwd(known, folder)
    return answer


@server.method("fairlead.skills")
def _skills(rid, params):
    from agent.skill_commands import scan_skill_commands

    found = sorted(scan_skill_commands().items())
    about = ("description", "skill_md_path")
    return server._ok(rid, {"skills": [{"name": key[1:], **{each: info.get(each) for each in about}} for key, info in found]})


@server.method("fairlead.skill")
def _skill(rid, params):
    """What a prompt of the form `/SKILL …` means; nothing for one that names none."""
    from agent.skill_commands import build_skill_invocation_message, scan_skill_commands

    key = f"/{params.get('name', '')}"
    if key not in scan_skill_commands():
        return server._ok(rid, {})
    task = (server._sessions.get(params.get("session_id", "")) or {}).get("session_key", "")
    given = params.get("given", "")
    return server._ok(rid, {"text": build_skill_invocation_message(key, given, task_id=task)})


@server.method("fairlead.standing")
def _stands(rid, params):
    return server._ok(rid, _standing(params.get("session_id", "")))


@server.method("fairlead.fork")
def _fork(rid, params):
    """Copies a resumed session up to the row of a turn, and leaves the original."""
    sid, before = params.get("session_id", ""), params.get("before")
    rows = _rows(server._sessions[sid]["session_key"])
    kept = [row for row in rows if before is None or row < int(before)]
    for _ in rows[len(kept) :]:
        server._methods["session.undo"](rid, {"session_id": sid})
    if kept:
        made = server._methods["session.branch"](rid, {"session_id": sid})
    else:
        made = server._methods["session.create"](rid, {"cwd": os.getcwd(), "cols": 100})
    server._close_session_by_id(sid, end_reason="tui_close")
    if "error" in made:
        return made
    copy = server._sessions[made["result"]["session_id"]]
    if kept:
        # The gateway copies the words alone: the calls go with them.
        server._get_db().replace_messages(copy["session_key"], list(copy["history"]))
    result = {**_standing(made["result"]["session_id"]), "kept": kept, **made["result"]}
    return server._ok(rid, result)


_toolsets = server._load_enabled_toolsets


def _with_servers():
    """Hermes offers its model the servers of the user's settings: the thread's are not among them."""
    chosen = _toolsets()
    return chosen if chosen is None else [*chosen, *_servers]


server._load_enabled_toolsets = _with_servers


if __name__ == "__main__":
    if _servers:
        from tools.mcp_tool import register_mcp_servers

        register_mcp_servers(_servers)
    entry.main()
    # Nobody is left to ask: what waits is refused, and what works on does not keep this alive.
    _closed.set()
    for answered, _ in list(_waiting.values()):
        answered.set()
    last = threading.Timer(entry._shutdown_grace_seconds(), os._exit, (0,))
    last.daemon = True
    last.start()
