"""XLSX, XLS and ODS through the optional python-calamine, in a process of its own: no file can take more
memory or time than that process may have, nor end the program.

What is not visible is not read: hidden sheets, hidden and filtered rows, hidden columns. Notes name them.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tui.classes import define, field
from tui.errors import InputError, UsageError
from tui.intake.encoding import check_size
from tui.model.text.inert import make_inert

MEMORY = 1 << 30
SECONDS = 60
# The clock on the wall allows for a machine that is busy with other things.
PATIENCE = 300.0
# Where a ZIP archive has its directory at the latest: its record and a comment, both in the end of the file.
_DIRECTORY = 22 + 65535
_ANSWER = 1 << 30
_SAMPLE = 50
# Nothing of the person's environment but what the system needs to start a program.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_CHILD = (
    "import json, sys\n"
    "given = json.loads(sys.stdin.buffer.readline())\n"
    "sys.path[:] = given['path']\n"
    "from tui.intake.tables.workbook import serve\n"
    "serve(given['memory'], given['seconds'])\n"
)
_SMALLER = "Copy the rows of devices into a new workbook, or save the sheet as CSV."
Rows = list[tuple[int, list[str]]]


@define(frozen=True, slots=True)
class Sheet:
    """The sheet that was chosen: `rows` are (number, texts) of each visible row that holds something, `notes`
    sentences for a person, `flaws` sentences about single cells by the number of their row. The texts of
    cells are as the file has them, not inert.
    """

    name: str
    rows: Rows
    notes: tuple[str, ...] = ()
    flaws: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def read_sheet(data: bytes, is_wanted: Callable[[Rows], bool]) -> Sheet:
    """The first visible sheet whose first rows are wanted.

    Raises UsageError without the extra; InputError if it is no workbook, has no such sheet, or goes over a
    limit, which is named.
    """
    check_size(len(data))
    if data.startswith(b"PK") and b"PK\x05\x06" not in data[-_DIRECTORY:]:
        raise InputError(
            "The archive is broken.",
            "It begins like a spreadsheet and has no end: a part of it is missing.",
            "Copy or download it again.",
        )
    _require_library()
    chosen: _Part | None = None
    parts: list[_Part] = []
    hidden: list[str] = []
    told = True
    for part in _read_parts(data):
        if isinstance(part, dict):
            hidden, told = [make_inert(name) for name in part["hidden"]], part["facts"]
            continue
        part.filled = bool(part.rows or part.hidden_rows[0] or part.hidden_columns)
        part.wanted = bool(part.rows) and is_wanted(part.rows[:_SAMPLE])
        if chosen is None and part.wanted:
            chosen = part
        else:
            part.rows = []
        parts.append(part)
    if chosen is None:
        raise _explain_missing(parts, hidden)
    notes = _describe(chosen, [part for part in parts if part is not chosen], hidden)
    if not told:
        notes += ("This kind of file does not tell which rows and columns are hidden: all were read.",)
    return Sheet(chosen.name, chosen.rows, notes, chosen.flaws)


def stop_reading(thread: threading.Thread | None = None) -> None:
    """End the process that reads for a thread, or for all; the thread then gets an InputError."""
    for reader, process in list(_processes.items()):
        if thread is None or reader is thread:
            process.kill()


_processes: dict[threading.Thread, subprocess.Popen[bytes]] = {}
atexit.register(stop_reading)


@define(slots=True)
class _Part:
    """One visible sheet as the child tells it."""

    name: str
    too_much: str = ""
    hidden_rows: tuple[int, list[int]] = (0, [])
    hidden_columns: list[str] = field(default_factory=list)
    flaws: dict[int, tuple[str, ...]] = field(default_factory=dict)
    rows: Rows = field(default_factory=list)
    filled: bool = False
    wanted: bool = False


def _require_library() -> None:
    from importlib.util import find_spec

    if find_spec("python_calamine") is None:
        raise UsageError(
            "Spreadsheets need an extra.",
            "python-calamine is not installed.",
            "Install redirectory[xlsx], or save the sheet as CSV.",
        )


def _read_parts(data: bytes) -> Iterator[_Part | dict[str, Any]]:
    """Every visible sheet, then what the child says at its end."""
    part: _Part | None = None
    for line in _ask_child(data):
        if isinstance(line, list):
            if part is not None:
                part.rows.append((line[0], line[1:]))
        elif "sheet" in line:
            if part is not None:
                yield part
            part = _begin_part(line)
        elif "too_much" in line:
            if part is not None:
                part.too_much, part.rows = make_inert(line["too_much"]), []
        elif "end" in line:
            if part is not None:
                yield part
            yield line["end"]
        elif "refused" in line:
            raise InputError(*map(make_inert, line["refused"]))
        else:
            raise _over_memory()


def _begin_part(line: dict[str, Any]) -> _Part:
    flaws: dict[int, tuple[str, ...]] = {}
    for row, cell, text in line.get("flaws", ()):
        flaws[row] = (*flaws.get(row, ()), f"Cell {cell} {text}.")
    count, named = line.get("hidden_rows", (0, []))
    return _Part(
        make_inert(line["sheet"]),
        make_inert(line.get("too_much", "")),
        (count, named),
        line.get("hidden_columns", []),
        flaws,
    )


def _ask_child(data: bytes) -> Iterator[Any]:
    """The JSON lines of `workbook.serve`. Raises InputError if the child comes to no end."""
    given = {"path": [os.path.abspath(path) for path in sys.path], "memory": MEMORY, "seconds": SECONDS}
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(PATIENCE, give_up)
    clock.daemon = True
    clock.start()
    me = threading.current_thread()
    _processes[me] = process
    ended = False
    try:
        try:
            with process.stdin as pipe:
                pipe.write(json.dumps(given).encode() + b"\n")
                pipe.write(data)
        except BrokenPipeError:
            pass  # it died: its exit code tells why
        left = _ANSWER
        while line := process.stdout.readline(left):
            left -= len(line)
            if left <= 0 or not line.endswith(b"\n"):
                break
            answer = json.loads(line)
            ended = isinstance(answer, dict) and "sheet" not in answer
            yield answer
    finally:
        clock.cancel()
        process.kill()
        code = process.wait()
        process.stdout.close()
        _processes.pop(me, None)
    if not ended:
        raise _explain_end(code, late.is_set())


def _explain_end(code: int, late: bool) -> InputError:
    import signal

    if late or code == -getattr(signal, "SIGXCPU", 0):
        seconds = f"{PATIENCE:g} s" if late else f"{SECONDS} s of computing"
        return InputError("The spreadsheet is too big.", f"Reading it takes more than {seconds}.", _SMALLER)
    if code == -signal.SIGKILL:
        return InputError("The spreadsheet was not read.", "Its reading was stopped.", "Open it again.")
    if code == -signal.SIGABRT:
        return _over_memory()
    return InputError("The spreadsheet cannot be read.", "Its reader failed.", "Save it again, or as CSV.")


def _over_memory() -> InputError:
    return InputError(
        "The spreadsheet is too big.", f"Reading it takes more than {MEMORY >> 20} MiB of memory.", _SMALLER
    )


def _explain_missing(parts: list[_Part], hidden: list[str]) -> InputError:
    too_much = next((part.too_much for part in parts if part.too_much), "")
    if too_much:
        return InputError("The spreadsheet is too big.", too_much, _SMALLER)
    unseen = f" Hidden sheets, not read: {', '.join(hidden)}." if hidden else ""
    for part in parts:
        unseen += f" Hidden rows of {part.name}, not read: {part.hidden_rows[0]:,}." * bool(
            part.hidden_rows[0]
        )
        columns = ", ".join(part.hidden_columns)
        unseen += f" Hidden columns of {part.name}, not read: {columns}." * bool(columns)
    filled = [part for part in parts if part.filled]
    names = ", ".join(part.name for part in filled)
    if not names:
        return InputError("The spreadsheet is empty.", f"No visible sheet holds anything.{unseen}")
    return InputError(
        "The spreadsheet has no column of devices.",
        f"Sheet {names}: no heading such as MAC-ID, and no column that holds MACs.{unseen}",
        "Give the column the heading MAC-ID." + " Show what is hidden if it is meant." * bool(unseen),
    )


def _describe(chosen: _Part, others: list[_Part], hidden: list[str]) -> tuple[str, ...]:
    notes: list[str] = []
    if others:
        notes.append(f"Sheet {chosen.name} read; not read: {', '.join(part.name for part in others)}.")
    devices = [part.name for part in others if part.wanted]
    if devices:
        notes.append(
            f"Devices stand in other sheets too: {', '.join(devices)}. Save each as a file of its own."
        )
    notes += [f"Not looked at. {part.too_much}" for part in others if part.too_much]
    if hidden:
        notes.append(f"Hidden sheets, not read: {', '.join(hidden)}.")
    count, named = chosen.hidden_rows
    if count:
        rows = ", ".join(map(str, named)) + ", …" * (count > len(named))
        notes.append(f"Hidden or filtered rows, not read: {count:,} ({rows}). Show them if they are meant.")
    if chosen.hidden_columns:
        notes.append(
            f"Hidden columns, not read: {', '.join(chosen.hidden_columns[:20])}. Show them if they are meant."
        )
    return tuple(notes)
