"""The portal's numbered answer: line 1 is the boolean as 1 or 0, the others follow, secrets masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.classes import define
from tui.errors import IdentifierError
from tui.model.device import DeviceRow
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Outcome, Result
from tui.model.secrets import MASK, Secret, mask_credentials
from tui.model.text.inert import make_inert
from tui.services.files.call_file import UploadCall
from tui.wire.xmlrpc.answers import decode_line
from tui.wire.xmlrpc.codec import Value


@define(frozen=True, slots=True)
class ResponseLine:
    """One numbered line. `text` is inert and masked, `reveal` gives it whole; `mac` is the device that it
    certainly belongs to."""

    number: int
    text: str
    mac: str | None
    whole: Secret

    def reveal(self) -> str:
        """The line with its MAC password and the credentials of its URL, for a person who asked to see
        them."""
        return self.whole.reveal()


def number_rows(rows: Sequence[DeviceRow]) -> tuple[ResponseLine, ...]:
    """A list answer, one line a row: MAC, provider, URL, date."""
    return tuple(_line(number, ", ".join(row), row[0]) for number, row in enumerate(rows, 1))


def number_answer(value: Value, call: UploadCall, outcomes: Iterable[Outcome]) -> tuple[ResponseLine, ...]:
    """Any other answer, with the device of each line as far as password, echo or a single device prove it."""
    owners = {outcome.password: outcome.mac for outcome in outcomes if outcome.password is not None}
    only = call.identifiers[0].mac if len(call.identifiers) == 1 else None
    removed = [outcome.mac for outcome in outcomes if outcome.result is Result.REMOVED]
    macs = [identifier.mac for identifier in call.identifiers]
    lines: list[ResponseLine] = []
    for number, text in enumerate(_flatten(value), 1):
        mac = only if number > 1 else None
        if number > 1 and mac is None:
            word = decode_line(text)
            mac = owners.get(word.password) if word.password is not None else _read_echo(word.echo, macs)
            # Plain OK lines are all alike: when every device is gone, each has one.
            if word.ok and word.password is None and len(removed) == len(macs) >= number - 1:
                mac = macs[number - 2]
        lines.append(_line(number, text, mac))
    return tuple(lines)


def _flatten(value: Value) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _flatten(item)]
    if isinstance(value, bool):
        return ["1" if value else "0"]
    if isinstance(value, dict):
        return [f"{name}: {text}" for name, item in value.items() for text in _flatten(item)]
    return ["" if value is None else str(value)]


def _read_echo(echo: str | None, macs: Sequence[str]) -> str | None:
    if echo is None:
        return None
    try:
        mac = parse_identifier(echo).mac
    except IdentifierError:
        mac = echo
    return mac if mac in macs else None


def _line(number: int, text: str, mac: str | None) -> ResponseLine:
    text = make_inert(text)
    head, colon, tail = text.partition(":")
    shown = f"{head}:{MASK}" if colon and tail and head.strip().upper() == "OK" else mask_credentials(text)
    return ResponseLine(number, shown, mac, Secret(text))
