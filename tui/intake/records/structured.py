"""JSON and blocks of `key: value` as what they are: records with named fields, never loose text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tui.classes import replace
from tui.errors import InputError
from tui.intake.recognition.header import (
    Header,
    guess_header,
    is_identifier,
    read_header,
    settle_provider,
    understand_rows,
)
from tui.intake.recognition.headings import tell_role
from tui.intake.records.blocks import Record, read_records
from tui.intake.records.objects import MOST_FIELDS, Walk
from tui.intake.rows import Draft
from tui.intake.tables.columns import make_rows
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.patterns import pattern

MOST_RECORDS = 1_000_000
_SHOWN = 80
# A table of TOML begins with two brackets too.
_JSON = pattern(r"\s*(?:\{\s*[\"}]|\[\s*(?:[{\"\]]|\[\s*[\[{\"\]\d-]))")
_SPACE = pattern(r"[ \t\r\n,]*")
# Text for every number: a MAC written as a number must not be rounded.
_SAME_KEY = "an object has one key twice: "


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object. Raises ValueError if one key stands twice: one of the values would be lost."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(_SAME_KEY + next(key for key in keys if keys.count(key) > 1))
    return fields


_DECODER = json.JSONDecoder(
    object_pairs_hook=_read_object, parse_int=str, parse_float=str, parse_constant=str
)


class Structured(NamedTuple):
    """Records that were read: their header, drafts and notes."""

    header: Header
    drafts: list[Draft]
    notes: tuple[str, ...]


def is_json(text: str) -> bool:
    """Whether a text begins as JSON objects and lists do."""
    return _JSON.match(text) is not None


def read_json(
    text: str,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> Structured | None:
    """The records of JSON: a list, one object, one object a line, or devices within other objects. None if
    only some lines are JSON. Raises InputError on what is broken or holds no device."""
    values: list[tuple[int, Any]] = []
    at = _SPACE.match(text).end()  # type: ignore[union-attr]
    while at < len(text):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if values and not is_json(text[at : at + 200]):
                return None
            raise _broken(text, at, error) from None
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            values += _number_items(text, at)
        else:
            values.append((at, value))
        at = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    records: list[Record] = []
    walk = Walk()
    cursor, line = 0, 1
    for begins, value in values:
        for record in walk.read(value, {}):
            # Within one value the devices stand in this order: each is found behind the one before.
            place = max(cursor, begins)
            named = next(filter(is_identifier, record.values()), "")
            found = text.find(named, place) if named else -1
            place = found if found >= 0 else place
            line += text.count("\n", cursor, place)
            cursor = place
            records.append((line, record))
        if len(records) > MOST_RECORDS:
            raise InputError(
                "The input holds too many records.", f"Over {MOST_RECORDS:,}.", "Split the file."
            )
    made = _make(records, default_url, default_provider, need_target, guess)
    if made is None:
        raise InputError(
            "The JSON holds no devices.",
            "No object in it has a key such as mac or mac_id.",
            "Give each device an object with mac or mac_id, url and provider.",
        )
    notes = [f"Not used: {make_inert(mask_credentials(cut))[:_SHOWN]}." for cut in walk.left]
    return made._replace(
        notes=(f"Read as JSON: {len(records):,} object{'s' * (len(records) != 1)}.", *made.notes, *notes)
    )


def read_blocks(
    text: str,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> Structured | None:
    """The records of lines `key: value` or `key = value`, parted by blank lines, headings, list signs or the
    return of a key; None if the text is not made so."""
    blocks = read_records(text)
    if blocks is None:
        return None
    made = _make(blocks.records, default_url, default_provider, need_target, guess)
    if made is None:
        return None
    notes = [f"Not used: {make_inert(mask_credentials(cut))[:_SHOWN]}." for cut in blocks.left]
    notes += ["What stands behind a # or ; in a value was taken for a remark."] * blocks.remarked
    return made._replace(
        notes=(f"Read as blocks of keys and values: {len(blocks.records):,}.", *made.notes, *notes)
    )


def _broken(text: str, at: int, error: Exception) -> InputError:
    where = at + 1
    if isinstance(error, json.JSONDecodeError):
        where = error.pos
    line = text.count("\n", 0, where) + 1
    reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    if isinstance(error, json.JSONDecodeError):
        reason = error.msg
    return InputError(
        "The input begins like JSON and cannot be read as such.",
        f"Line {line}: {make_inert(str(reason))[:100]}.",
        "Correct it, or give the devices as CSV.",
    ).about(line=line)


def _number_items(text: str, at: int) -> Iterator[tuple[int, Any]]:
    """(place, value) of each item of the list that begins at `at`, which is known to be well-formed."""
    at += 1
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at] == "]":
            return
        value, end = _DECODER.raw_decode(text, at)
        yield at, value
        at = end


def _make(
    records: list[Record], default_url: str, default_provider: str, need_target: bool, guess: bool
) -> Structured | None:
    keys = list(dict.fromkeys(key for _, record in records for key in record))[:MOST_FIELDS]
    if not keys:
        return None
    rows = [(line, [record.get(key, "") for key in keys]) for line, record in records]
    header = read_header(keys, "", 0)
    if header is not None and len(rows) > 0:
        header = understand_rows([(0, keys), *rows[:50]], "", guess=guess) or header
    elif rows:
        # Lists of cells have no keys but their places.
        header = guess_header([cells for _, cells in rows[:50]], "", guess=guess)
    if header is None or not header.usable:
        return None
    _unite_targets(header, keys, rows)
    header = settle_provider(replace(header, line=None), default_provider, guess)
    drafts = make_rows(
        rows,
        header,
        default_url=default_url,
        default_provider=default_provider,
        need_target=need_target,
        guess=guess,
    )
    used = [f"{keys[column.index]} → {column.role}" for column in header.columns if column.role != "ignored"]
    roles = {column.role for column in header.columns} & {"url", "provider"}
    left = [key for key, column in zip(keys, header.columns, strict=True) if column.role == "ignored"]
    left = [key for key in left if tell_role(key) not in roles]
    notes = [f"Keys: {', '.join(used)}."] + ([f"Keys not used: {', '.join(left)}."] if left else [])
    return Structured(header, drafts, tuple(notes))


def _unite_targets(header: Header, keys: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Objects of one text may name their URL or provider by different keys: fill the one that is read."""
    for column in header.columns:
        others = [
            place
            for place, key in enumerate(keys)
            if column.role in ("url", "provider") and place != column.index and tell_role(key) == column.role
        ]
        for _, cells in rows if others else ():
            cells[column.index] = next(filter(None, [cells[at] for at in (column.index, *others)]), "")
