"""Lines that call the vendor's script: `ap-client.py [-b] USER PASS HOST METHOD s:TEXT sl:A,B,C` (vendor
page).

User and password are dropped as the line is read; nothing keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tui.intake.pasted import split_lines
from tui.intake.rows import Complaint, Draft, make_draft
from tui.model.outcome import Operation
from tui.model.secrets import mask_credentials
from tui.model.text import make_inert

_SCRIPT = re.compile(r"(?:^|[\s/\\\"'>$])ap-client(?:\.py)?[\"']?(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+|["']\S*""")
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'""")
_METHOD = re.compile(r"(autoprov|autoprovider)\.([A-Za-z]+)")
_TYPED = re.compile(r"(s|sl|s1):(.*)", re.DOTALL | re.IGNORECASE)
_READING = ("listDevices", "checkDevice")
_CHANGING = {
    "registerDevice": Operation.REGISTER,
    "registerDeviceList": Operation.REGISTER,
    "deregisterDevice": Operation.DEREGISTER,
    "deregisterDeviceList": Operation.DEREGISTER,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the script without its login: 1-based line, method without prefix, arguments (a list for
    `sl:`), and what was mended, in words. `method` is empty if the line names none.
    """

    line: int
    method: str
    arguments: tuple[str | tuple[str, ...], ...]
    mended: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The call for a person: no login, credentials in URLs masked."""
        words = (item if isinstance(item, str) else ",".join(item) for item in self.arguments)
        return mask_credentials(make_inert(" ".join(("ap-client.py …", self.method, *words))))


def is_command_line(line: str) -> bool:
    """Whether the line calls ap-client.py or ap-client."""
    return _SCRIPT.search(line[:400]) is not None


def read_command_lines(
    text: str, *, default_url: str = "", default_provider: str = "", need_target: bool = True
) -> tuple[list[Draft], tuple[str, ...]]:
    """Drafts of every registration and removal, and notes on lines that only read. Other lines give a draft
    with a complaint that does not repeat them, since they may hold a password.
    """
    drafts: list[Draft] = []
    passed: list[str] = []
    for line, call in read_calls(text):
        if call is None:
            found = [Complaint("row", "error", "Not an ap-client.py command line.")]
            drafts.append(make_draft(line, "…", "", complaints=found, need_target=False))
        elif call.method in _READING:
            passed.append(f"Line {line}: {call.method} changes nothing and was passed over.")
        else:
            drafts += _make_drafts(call, default_url, default_provider, need_target)
    return drafts, tuple(passed)


def read_calls(text: str) -> Iterator[tuple[int, Call | None]]:
    """(1-based line, call) of every line, None where it is no command line; continued lines are joined."""
    held, begins = "", 0
    for number, line in split_lines(text):
        begins = begins or number
        if line.rstrip().endswith(("\\", "^")):
            held += line.rstrip()[:-1] + " "
            continue
        yield begins, _read_call(held + line, begins)
        held, begins = "", 0
    if held:
        yield begins, _read_call(held, begins)


def _read_call(line: str, number: int) -> Call | None:
    match = _SCRIPT.search(line)
    if match is None:
        return None
    words = [
        _QUOTED.sub(lambda found: found[1] or found[2] or "", word)
        for word in _WORD.findall(line[match.end() :])
    ]
    place = next((index for index, word in enumerate(words) if _METHOD.fullmatch(word)), None)
    if place is None:
        return Call(number, "", ())
    mended: list[str] = []
    named = _METHOD.fullmatch(words[place])
    prefix, method = (named[1], named[2]) if named else ("", "")
    if prefix != "autoprov":
        mended.append(f"{prefix}. corrected to autoprov.")
    arguments: list[str | tuple[str, ...]] = []
    for word in words[place + 1 :]:
        arguments.append(_read_argument(word, mended))
    return Call(number, method, tuple(arguments), tuple(mended))


def _read_argument(word: str, mended: list[str]) -> str | tuple[str, ...]:
    typed = _TYPED.fullmatch(word)
    if typed is None:
        mended.append("An argument without s: or sl: was taken as text.")
        return word
    kind, value = typed[1].lower(), typed[2]
    if kind == "s":
        if value.endswith(",") and "://" in value:
            mended.append("The comma behind the URL was taken off.")
            value = value.rstrip(",")
        return value
    if kind == "s1":
        mended.append("s1: read as sl:.")
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _make_drafts(call: Call, default_url: str, default_provider: str, need_target: bool) -> list[Draft]:
    found = [Complaint("row", "warning", text) for text in dict.fromkeys(call.mended)]
    operation = _CHANGING.get(call.method)
    devices, rest = (call.arguments[0], call.arguments[1:]) if call.arguments else ("", ())
    if isinstance(devices, str):
        devices = tuple(item.strip() for item in devices.split(",")) if "," in devices else (devices,)
    if operation is None:
        name = make_inert(call.method)[:60]
        text = f"Unknown method {name}." if name else "The command line names no method."
        hint = f"Known are {', '.join((*_CHANGING, *_READING))}."
        found.append(Complaint("row", "error", text, hint))
    wanted = 2 if operation is Operation.REGISTER else 0
    texts = [item if isinstance(item, str) else ",".join(item) for item in rest]
    if len(texts) > wanted:
        found.append(Complaint("row", "error", f"{len(texts) - wanted} arguments too many."))
    url, provider = (*texts, "", "")[:2] if wanted else ("", "")
    devices = devices or ("",)
    shown = call.shown if len(devices) == 1 else f"ap-client.py … {call.method} "
    return [
        make_draft(
            call.line,
            shown if len(devices) == 1 else f"{shown}{device}",
            device,
            url or (default_url if wanted else ""),
            provider or (default_provider if wanted else ""),
            complaints=found,
            operation=operation or Operation.REGISTER,
            need_target=need_target and wanted > 0,
        )
        for device in devices
    ]
