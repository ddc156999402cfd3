"""Reads Hermes' store, and never writes: JSON lines on stdout.

    fairlead_sessions.py list STORE [FOLDER]
    fairlead_sessions.py read STORE SESSION

`read` tells what happened in the words of Hermes' own gateway.
"""

import json
import sqlite3
import sys
from pathlib import Path

_continued = "p.end_reason = 'compression'"
_summaries = ("[CONTEXT COMPACTION", "[CONTEXT SUMMARY")


def _open(store):
    uri = Path(store).absolute().as_uri()
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        try:
            database = sqlite3.connect(f"{uri}?{mode}", uri=True)
            database.row_factory = sqlite3.Row
            database.execute("SELECT id FROM sessions LIMIT 1").fetchall()
            return database
        except sqlite3.OperationalError:
            continue
    # No store yet.
    sys.exit(0)


def _say(**line):
    print(json.dumps(line), flush=True)


def _decoded(content):
    """Texts are stored as they are, lists of parts as JSON behind a mark."""
    if not isinstance(content, str):
        return ""
    at = content.find("[{")
    if content.startswith("\x00") and at != -1:
        try:
            parts = json.loads(content[at:])
            return "\n".join(part.get("text", "") for part in parts if isinstance(part, dict))
        except ValueError:
            return content
    return content


def _list(database, folder=None):
    rows = database.execute(
        f"""
        SELECT s.*, p.id AS parent,
               (SELECT max(timestamp) FROM messages m WHERE m.session_id = s.id) AS updated,
               (SELECT max(id) FROM messages m WHERE m.session_id = s.id) AS newest,
               (SELECT count(*) FROM messages m WHERE m.session_id = s.id) AS held,
               (SELECT content FROM messages m WHERE m.session_id = s.id AND role = 'user'
                ORDER BY id LIMIT 1) AS first
        FROM sessions s
        LEFT JOIN sessions p ON p.id = s.parent_session_id AND NOT {_continued}
             AND json_extract(coalesce(s.model_config, '{{}}'), '$._branched_from') IS NULL
        WHERE (? IS NULL OR s.cwd = ?) AND held > 0
              AND NOT (s.end_reason IS 'compression' AND EXISTS
                       (SELECT 1 FROM sessions c WHERE c.parent_session_id = s.id))
        ORDER BY updated DESC
        """,
        (folder, folder),
    )
    for row in rows:
        _say(
            id=row["id"],
            parent=row["parent"],
            cwd=row["cwd"],
            title=row["title"],
            preview=_decoded(row["first"])[:400],
            created=row["started_at"],
            updated=row["updated"],
            stamp=f"{row['newest']}/{row['held']}/{row['title']}/{row['archived']}",
            archived=bool(row["archived"]),
        )


def _lineage(database, session):
    """The session, behind those it continues since they were compacted."""
    chain = [session]
    while True:
        row = database.execute(
            f"SELECT p.id FROM sessions s JOIN sessions p ON p.id = s.parent_session_id"
            f" WHERE s.id = ? AND {_continued}",
            (chain[0],),
        ).fetchone()
        if row is None or row["id"] in chain:
            return chain
        chain.insert(0, row["id"])


def _mark(row):
    """What two copies of a message have in common: results may be shortened in the later one."""
    return row["tool_call_id"] or row["tool_calls"] or (row["role"], row["content"])


def _messages(database, session):
    seen = set()
    for number, each in enumerate(_lineage(database, session)):
        found = database.execute(
            "SELECT * FROM messages WHERE session_id = ? AND active = 1 ORDER BY id", (each,)
        ).fetchall()
        # What was compacted begins with a summary and what was kept; behind that, words may be said again.
        is_kept = number > 0
        for row in found:
            if number > 0 and _decoded(row["content"]).startswith(_summaries):
                continue
            mark = _mark(row)
            if mark in seen and (is_kept or not isinstance(mark, tuple)):
                continue
            is_kept = False
            yield row
        seen.update(_mark(row) for row in found)


def _parsed(text):
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _read(database, session):
    about = database.execute("SELECT * FROM sessions WHERE id = ?", (session,)).fetchone()
    folder, source = (about["cwd"], about["source"]) if about else (None, None)
    turns = 0
    for row in _messages(database, session):
        text = _decoded(row["content"])

        def say(type, at=row["timestamp"], **payload):
            _say(type=type, at=at, payload=payload)

        if row["role"] == "user":
            turns += 1
            # These are all written anew after each prompt.
            key = f"turn-{turns}" if source == "acp" else str(row["id"])
            say("fairlead.turn", row=key, text=text)
        elif row["role"] == "tool":
            say("tool.complete", tool_id=row["tool_call_id"], result=_parsed(text))
        elif row["role"] == "assistant":
            say("reasoning.delta", text=row["reasoning"] or row["reasoning_content"] or "")
            say("message.delta", text=text)
            for call in _parsed(row["tool_calls"]) or []:
                function = call.get("function") or {}
                args, name = _parsed(function.get("arguments")), function.get("name")
                key = call.get("id") or call.get("call_id")
                say("fairlead.call", tool_call_id=key, tool_name=name, args=args, folder=folder)


if __name__ == "__main__":
    _, what, store, *more = sys.argv
    {"list": _list, "read": _read}[what](_open(store), *more)
