"""Lines that call the vendor's script: `ap-client.py [-b] USER PASS HOST METHOD s:TEXT sl:A,B,C` (vendor
page), alone or within a script for sh, cmd or PowerShell.

User and password are dropped as the line is read; nothing keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.classes import define
from tui.intake.recognition.finding import find_devices
from tui.intake.rows import FIELD_LIMIT, Complaint, Draft, make_draft, make_passed
from tui.intake.text.remarks import HANDED, REMARK, Blocks, is_remark, number_lines, skip_command, tell_idle
from tui.intake.text.shell import Unused, Variables, end_command, split_words
from tui.model.outcome import Operation
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.patterns import pattern

_SCRIPT = pattern(r"(?:^|[\s/\\\"'>$])ap-client(?:\.py)?[\"']?(?=\s|$)", re.IGNORECASE)
_CONTINUED = ("\\", "^", "`")
_METHOD = pattern(r"(autoprov|autoprovider)\.([A-Za-z]+)")
_ANSWER = pattern(r"\s*autoprov(?:ider)?\.\w{1,40}\(.*\)@\S+ returned:")
_TYPED = pattern(r"(s|sl|s1):(.*)", re.DOTALL | re.IGNORECASE)
_SEND = "Write the call with the device, or give the devices in a list of their own."
_READING = ("listDevices", "checkDevice")
_CHANGING = {
    "registerDevice": Operation.REGISTER,
    "registerDeviceList": Operation.REGISTER,
    "deregisterDevice": Operation.DEREGISTER,
    "deregisterDeviceList": Operation.DEREGISTER,
}


@define(frozen=True, slots=True)
class Call:
    """One call of the script without its login: 1-based line, method without prefix, arguments (a list for
    `sl:`), what was mended, in words, and the variables of the script whose values are not known. `method` is
    empty if the line names none.
    """

    line: int
    method: str
    arguments: tuple[str | tuple[str, ...], ...]
    mended: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The call for a person: no login, credentials in URLs masked."""
        words = (item if isinstance(item, str) else ",".join(item) for item in self.arguments)
        return mask_credentials(make_inert(" ".join(("ap-client.py …", self.method, *words))))


@define(frozen=True, slots=True)
class Idle:
    """A call that the script does not carry out, and the reason in words."""

    reason: str


def is_command_line(line: str) -> bool:
    """Whether the line calls ap-client.py or ap-client, and is no remark."""
    return _SCRIPT.search(line[:400]) is not None and not is_remark(line)


def holds_command_lines(text: str) -> bool:
    """Whether a text is a list of such calls or a script with one."""
    lowered = text.lower()
    if "ap-client" not in lowered:
        return False
    lines = text.splitlines()
    # One mention far down in a table or list is none; a script calls a method too.
    return any(map(is_command_line, lines if "autoprov" in lowered else lines[:50]))


def take_idle_calls(text: str) -> tuple[str, list[Draft]]:
    """A list without the lines that hold a call as a remark, and a draft that names each of them."""
    if "ap-client" not in text.lower():
        return text, []
    kept: list[str] = []
    passed: list[Draft] = []
    for number, line in number_lines(text):
        idle = is_remark(line) and _names_call(line)
        kept.append("" if idle else line)
        passed += [make_passed(number, "…", REMARK)] if idle else []
    return ("\n".join(kept), passed) if passed else (text, [])


def read_command_lines(
    text: str, *, default_url: str = "", default_provider: str = "", need_target: bool = True
) -> tuple[list[Draft], tuple[str, ...]]:
    """Drafts of every registration and removal, and notes on lines that only read. Another line gives a draft
    that does not repeat it, since it may hold a password: with an error if it names a device, as one of a
    device in a variable that no call uses.
    """
    drafts: list[Draft] = []
    passed: list[str] = []
    for line, call in read_calls(text):
        if isinstance(call, Idle):
            drafts.append(make_passed(line, "…", call.reason))
        elif isinstance(call, Unused):
            drafts += _name_unused(call)
        elif isinstance(call, str):
            drafts.append(_pass_line(line, call))
        elif call.method in _READING:
            passed.append(f"Line {line}: {call.method} changes nothing and was passed over.")
        else:
            drafts += _make_drafts(call, default_url, default_provider, need_target)
    return sorted(drafts, key=lambda draft: draft.line), tuple(passed)


def read_calls(text: str) -> Iterator[tuple[int, Call | Idle | Unused | str]]:
    """(1-based line, call) of every call, carried out or not; the line itself where it holds none and is no
    remark; at the end the values that nothing used. Continued lines are joined, and variables with a value in
    the script are filled in."""
    variables, blocks = Variables(text), Blocks(text)
    held, begins = "", 0
    for number, line in number_lines(text):
        live, idle, reason = blocks.part(line)
        if idle and _names_call(idle):
            yield number, Idle(reason)
        elif idle and reason == HANDED and find_devices(idle[:FIELD_LIMIT]).devices:
            yield number, idle
        if not live.strip() or (live.lstrip().startswith("#") if held else is_remark(live)):
            # A blank line or a remark ends a command that was to go on.
            if held:
                yield from _read_line(held, begins, variables)
                held, begins = "", 0
            if live and _names_call(live):
                yield number, Idle(REMARK)
            continue
        begins = begins or number
        if live.rstrip().endswith(_CONTINUED):
            held += live.rstrip()[:-1] + " "
            continue
        yield from _read_line(held + live, begins, variables)
        held, begins = "", 0
    if held:
        yield from _read_line(held, begins, variables)
    for value in variables.unused:
        yield value.line, value


def _names_call(text: str) -> bool:
    return "ap-client" in text.lower() and _METHOD.search(text) is not None


def _read_line(line: str, number: int, variables: Variables) -> Iterator[tuple[int, Call | Idle | str]]:
    if variables.take(line, number):
        return
    match = _SCRIPT.search(line)
    if match is None:
        yield number, line
    while match is not None:
        if reason := tell_idle(line[: match.start()]):
            line = "" if reason == REMARK else skip_command(line, match.start())
            yield number, Idle(reason)
        else:
            call, line = _read_call(line[match.end() :], number, variables)
            yield number, call
        match = _SCRIPT.search(line)


def _read_call(text: str, number: int, variables: Variables) -> tuple[Call, str]:
    """The call whose words begin the text, and the text behind it."""
    words = split_words(text)
    place = next(
        (at for at, word in enumerate(words) if _METHOD.fullmatch(variables.expand(word[0])[0])), None
    )
    if place is None:
        return Call(number, "", ()), ""
    named = _METHOD.fullmatch(variables.expand(words[place][0])[0])
    prefix, method = (named[1], named[2]) if named else ("", "")
    mended: list[str] = []
    if prefix != "autoprov":
        mended.append(f"{prefix}. corrected to autoprov.")
    command = end_command(text, words[place + 1 :])
    arguments: list[str | tuple[str, ...]] = []
    unknown: list[str] = []
    for word in command.words:
        filled, missing = variables.expand(word)
        unknown += missing
        if variables.batch and "%%" in word:
            mended.append("%% was read as %, as a batch file writes it.")
        arguments.append(_read_argument(filled, mended))
    return Call(number, method, tuple(arguments), tuple(mended), tuple(unknown)), command.rest


def _pass_line(line: int, text: str) -> Draft:
    """The draft of a line without a call."""
    if _ANSWER.match(text):
        return make_passed(line, "…", "This line is what ap-client.py printed.")
    if len(text) <= FIELD_LIMIT and find_devices(text).passed:
        return make_passed(line, "…", "This line calls no method of ap-client.py.")
    return _refuse(line, "This line names a device and is no call of ap-client.py.")


def _name_unused(unused: Unused) -> list[Draft]:
    """The draft of a variable with a device that no call uses; none for another value."""
    devices = find_devices(unused.value[:FIELD_LIMIT]).devices
    if not devices:
        return []
    more = f" and {len(devices) - 1} more" if len(devices) > 1 else ""
    held = f"The variable {make_inert(unused.name)} holds {make_inert(devices[0])}{more}"
    return [_refuse(unused.line, f"{held}, and no call uses it.")]


def _refuse(line: int, text: str) -> Draft:
    """A row that names a device without saying what to do with it; the line may hold a password."""
    found = [Complaint("row", "error", text, _SEND)]
    return make_draft(line, "…", "", complaints=found, need_target=False)


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
    for name in dict.fromkeys(call.unknown):
        text = f"The value of {make_inert(name)[:60]} is not known here."
        found.append(Complaint("row", "error", text, "Write the value itself into the line."))
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
