"""What an answer says about each device of a call, under every reading of how a server may report a list.

Errors are matched by their echo, never by position; a password belongs to the device whose suffix it starts
with. Whatever an answer does not prove is DOUBTFUL until the server was asked for the record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum

from tui.classes import define
from tui.errors import IdentifierError
from tui.model.addresses import Identifier
from tui.model.identifiers import parse_identifier
from tui.model.secrets import Secret
from tui.services.devices.batches import proves_order
from tui.wire.xmlrpc.answers import KNOWN_CODES, MAC_ALREADY_IN_USE, NAME_INVALID, URL_INVALID, Answer, Line

UNVERIFIED = "password_unverified"
SUFFIX_MISMATCH = "suffix_mismatch"


class Standing(Enum):
    """How far an answer settles one device."""

    DONE = "done"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"


@define(frozen=True, slots=True)
class Verdict:
    """What is known of one device after a call. `code` is the server's word, or ours beside DONE; a
    password beside DOUBTFUL is the device's own if the record turns out to be stored."""

    standing: Standing
    code: str = ""
    password: Secret | None = None


DONE = Verdict(Standing.DONE)
DOUBTFUL = Verdict(Standing.DOUBTFUL)


@define(frozen=True, slots=True)
class Reading:
    """The verdict for each MAC of a call, and what its order of lines showed: True that it is the order of
    the request, False that it is not, None nothing."""

    verdicts: Mapping[str, Verdict]
    in_order: bool | None = None


def read_registration(
    answer: Answer, sent: Sequence[Identifier], suffixes: Mapping[str, str], *, order_proven: bool
) -> Reading:
    """Verdicts for a registration. `suffixes` are those known by MAC, sent or not; `order_proven` tells
    that this server was seen to answer in the order of the request, which is all that speaks for a device
    without suffix."""
    if len(sent) == 1:
        return _read_single(answer, sent[0], suffixes)
    refused = _match_errors(answer.lines, [one.mac for one in sent], of_target=True)
    passwords = [line.password for line in answer.lines if line.ok]
    certain = answer.ok and len(passwords) == len(answer.lines) == len(sent)
    own = _match_passwords(passwords, [one.mac for one in sent if one.mac not in refused], suffixes)
    if certain and _fits(passwords, sent, suffixes):
        shown = proves_order(suffixes.get(one.mac) for one in sent) or None
        return Reading(
            {
                one.mac: Verdict(Standing.DONE, password=password)
                if order_proven or shown or one.mac in own
                else Verdict(Standing.DONE, UNVERIFIED)
                for one, password in zip(sent, passwords, strict=True)
            },
            shown,
        )
    verdicts: dict[str, Verdict] = {}
    for one in sent:
        password = own.get(one.mac)
        standing = Standing.DONE if certain and password is not None else Standing.DOUBTFUL
        verdicts[one.mac] = refused.get(one.mac) or Verdict(standing, password=password)
    return Reading(verdicts, False if certain else None)


def read_removal(answer: Answer, sent: Sequence[Identifier]) -> Reading:
    """Verdicts for a deregistration; its lines hold nothing that would tell one device from another."""
    if len(sent) == 1:
        return _read_single(answer, sent[0], {})
    if answer.ok and len(answer.lines) == len(sent) and all(line.ok for line in answer.lines):
        return Reading({one.mac: DONE for one in sent})
    refused = _match_errors(answer.lines, [one.mac for one in sent], of_target=False)
    return Reading({one.mac: refused.get(one.mac, DOUBTFUL) for one in sent})


def _read_single(answer: Answer, sent: Identifier, suffixes: Mapping[str, str]) -> Reading:
    if len(answer.lines) == 1:
        line = answer.lines[0]
        if answer.ok and line.ok:
            suffix = suffixes.get(sent.mac)
            password = line.password
            misfit = suffix and password and not password.reveal().upper().startswith(suffix)
            return Reading({sent.mac: Verdict(Standing.DONE, SUFFIX_MISMATCH if misfit else "", password)})
        if not answer.ok and not line.ok and _names(line) in (None, sent.mac):
            return Reading({sent.mac: _refusal(line)})
    return Reading({sent.mac: DOUBTFUL})


def _refusal(line: Line) -> Verdict:
    """A word that is not documented, or that a record exists, is no proof of what is stored: both are
    looked into."""
    firm = line.code in KNOWN_CODES and line.code != MAC_ALREADY_IN_USE
    return Verdict(Standing.REFUSED if firm else Standing.DOUBTFUL, line.code)


def _names(line: Line) -> str | None:
    """The MAC that an error is about, as far as its echo spells one."""
    if line.echo is None:
        return None
    try:
        return parse_identifier(line.echo).mac
    except IdentifierError:
        return None


def _match_errors(lines: Sequence[Line], macs: Collection[str], *, of_target: bool) -> dict[str, Verdict]:
    """Errors by the MAC in their echo. One about URL or provider concerns every device: they share both."""
    known = set(macs)
    matched: dict[str, Verdict] = {}
    for line in lines:
        if line.ok:
            continue
        if of_target and line.code in (URL_INVALID, NAME_INVALID):
            return dict.fromkeys(macs, _refusal(line))
        mac = line.echo if line.echo in known else _names(line)
        if mac in known and mac is not None:
            matched.setdefault(mac, _refusal(line))
    return matched


def _fits(
    passwords: Sequence[Secret | None], sent: Sequence[Identifier], suffixes: Mapping[str, str]
) -> bool:
    return all(
        password is not None and password.reveal().upper().startswith(suffixes.get(one.mac, ""))
        for password, one in zip(passwords, sent, strict=True)
    )


def _match_passwords(
    passwords: Sequence[Secret | None], macs: Sequence[str], suffixes: Mapping[str, str]
) -> dict[str, Secret]:
    """Passwords by the suffix they start with, where exactly one device and one line have it. A single
    device without suffix has the password that is left, if that begins like nobody else's."""
    owners: dict[str, list[str]] = {}
    for mac in macs:
        if mac in suffixes:
            owners.setdefault(suffixes[mac], []).append(mac)
    offers: dict[str, list[Secret]] = {}
    for password in passwords:
        if password is not None:
            offers.setdefault(password.reveal()[:4].upper(), []).append(password)
    matched = {
        candidates[0]: offers[suffix][0]
        for suffix, candidates in owners.items()
        if len(candidates) == 1 and len(offers.get(suffix, ())) == 1
    }
    bare = [mac for mac in macs if mac not in suffixes]
    left = [some for suffix, some in offers.items() if suffix not in owners]
    if len(bare) == len(left) == 1 and len(left[0]) == 1 and len(matched) == len(macs) - 1:
        matched[bare[0]] = left[0][0]
    return matched
