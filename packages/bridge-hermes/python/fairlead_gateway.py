"""Hermes' stdio gateway, which asks whoever holds its pipes before each tool call.

Hermes itself asks only before commands it deems dangerous. Its hook `pre_tool_call` is called
before every call of a tool, so that is where `fairlead.call` is sent and its answer waited for.
What goes wrong here blocks the call.
"""

import functools
import itertools
import json
import os
import sys
import threading

# Where this file lies holds nothing of Hermes'.
sys.path.pop(0)

import run_agent
from hermes_cli import plugins
from tui_gateway import entry, server

_blocked = "The user declined this call. Do not try it in another way."
_ids = itertools.count(1)
_waiting = {}


_max_bytes = 256 * 1024


def _file_of(about):
    """The file a call is about, links resolved, and what it holds; nothing of no file."""
    path = (about.get("args") or {}).get("path")
    if about.get("tool_name") not in ("write_file", "patch") or not isinstance(path, str):
        return {}
    from tools.file_tools import _resolve_path_for_task

    file = _resolve_path_for_task(path, about.get("task_id") or "default")
    before = None
    if file.is_file() and file.stat().st_size <= _max_bytes:
        before = file.read_text(encoding="utf-8", errors="replace")
    return {"path": str(file), "before": before, "exists": file.exists()}


def _ask(about):
    request = str(next(_ids))
    answered = threading.Event()
    _waiting[request] = [answered, None]
    keys = ("tool_name", "args", "tool_call_id", "session_id")
    call = {key: about.get(key) for key in keys}
    call["folder"] = os.path.realpath(os.getcwd())
    try:
        call["file"] = _file_of(about)
    except Exception:
        # Then it is not known to lie in the folder.
        call["file"] = {}
    server._emit("fairlead.call", "", {"request_id": request, **json.loads(json.dumps(call))})
    answered.wait()
    return _waiting.pop(request)[1]


def _verdict(about):
    try:
        answer = _ask(about)
    except BaseException as error:
        return {"action": "block", "message": f"Fairlead could not ask the user: {error}"}
    if answer == "allow":
        return None
    return {"action": "block", "message": answer if isinstance(answer, str) else _blocked}


_invoke_hook = plugins.PluginManager.invoke_hook


def _asking_hook(self, hook_name, **about):
    # The user's own hooks come first: what they block is not asked.
    results = _invoke_hook(self, hook_name, **about)
    if hook_name != "pre_tool_call":
        return results
    if any(isinstance(each, dict) and each.get("action") == "block" for each in results):
        return results
    verdict = _verdict(about)
    return results if verdict is None else [verdict, *results]


# Not `register_hook`: what is registered is lost when Hermes loads its plugins again.
plugins.PluginManager.invoke_hook = _asking_hook
# Questions wait until they are answered, and calls are told whatever the user's display shows.
server._block.__defaults__ = (None,)
server._load_tool_progress_mode = lambda: "all"

_run_conversation = run_agent.AIAgent.run_conversation


def _run(self, *args, **options):
    result = _run_conversation(self, *args, **options)
    # What came too late for the turn it was meant for: this gateway would forget it.
    self.fairlead_steer = result.get("pending_steer") if isinstance(result, dict) else None
    return result


run_agent.AIAgent.run_conversation = functools.wraps(_run_conversation)(_run)

_emit = server._emit
_told = ("model", "provider", "reasoning_effort", "running", "version")


def _standing(sid):
    """Where a session stands in the store, as far as it is stored."""
    session = server._sessions.get(sid) or {}
    key = session.get("session_key")
    steer = getattr(session.get("agent"), "fairlead_steer", None)
    try:
        database = server._get_db()
        rows = [each["id"] for each in database.get_messages(key) if each["role"] == "user"]
        title = database.get_session_title(key)
    except Exception:
        rows, title = [], None
    return {"stored_session_id": key, "rows": rows, "title": title, "steer": steer}


def _telling(event, sid, payload=None):
    if event == "session.info" and payload is not None:
        payload = {key: payload.get(key) for key in _told}
        if payload["running"] is False:
            payload.update(_standing(sid))
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

    agent = (server._sessions.get(params.get("session_id", "")) or {}).get("agent")
    parsed = parse_reasoning_effort(params.get("effort", ""))
    if agent is None or parsed is None:
        return server._err(rid, 4002, f"unknown effort: {params.get('effort')}")
    agent.reasoning_config = parsed
    return server._ok(rid, {})


@server.method("fairlead.standing")
def _stands(rid, params):
    return server._ok(rid, _standing(params.get("session_id", "")))


if __name__ == "__main__":
    entry.main()
