"""JSON and blocks of `key: value` as what they are: records with named fields, never loose text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from tui.errors import InputError
from tui.intake.columns import make_rows
from tui.intake.header import Header, is_identifier, read_header, settle_provider, understand_rows
from tui.intake.headings import names_mac
from tui.intake.rows import Draft
from tui.model.text import make_inert

MOST_RECORDS = 1_000_000
MOST_FIELDS = 500
_DEPTH = 12
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*(?:[\[{\"\]]))")
_SPACE = re.compile(r"[ \t\r\n,]*")
# Text for every number: a MAC written as a number must not be rounded.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_PAIR = re.compile(r"\s{0,40}(?:[-*]\s+)?[\"']?([A-Za-zÄÖÜäöü][\w .()/-]{0,40}?)[\"']?\s{0,4}[:=]\s{0,8}(.*)")
_SECTION = re.compile(r"\s*\[[^\[\]]{1,80}\]\s*|\s*(?:---|===|\*\*\*)[-=*]*\s*")
_ITEM = re.compile(r"\s*[-*]\s+\S")
Record = tuple[int, dict[str, str]]


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
    at, line = _SPACE.match(text).end(), 1  # type: ignore[union-attr]
    line += text.count("\n", 0, at)
    while at < len(text):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if values and not is_json(text[at : at + 200]):
                return None
            raise _broken(text, at, error) from None
        if isinstance(value, list) and text[at] == "[":
            values += _number_items(text, at, line)
        else:
            values.append((line, value))
        past = _SPACE.match(text, end).end()  # type: ignore[union-attr]
        line += text.count("\n", at, past)
        at = past
    records: list[Record] = []
    for number, value in values:
        records += ((number, record) for record in _walk(value, _DEPTH))
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
    return made._replace(notes=(f"Read as JSON: {len(records):,} objects.", *made.notes))


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
    records = _read_records(text)
    if records is None:
        return None
    made = _make(records, default_url, default_provider, need_target, guess)
    if made is None:
        return None
    return made._replace(notes=(f"Read as blocks of keys and values: {len(records):,}.", *made.notes))


def _broken(text: str, at: int, error: Exception) -> InputError:
    where = at + 1
    if isinstance(error, json.JSONDecodeError):
        where = error.pos
    line = text.count("\n", 0, where) + 1
    reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
    return InputError(
        "The input begins like JSON and cannot be read as such.",
        f"Line {line}: {make_inert(str(reason))[:100]}.",
        "Correct it, or give the devices as CSV.",
    )


def _number_items(text: str, at: int, line: int) -> Iterator[tuple[int, Any]]:
    """(line, value) of each item of the list that begins at `at`, which is known to be well-formed."""
    at += 1
    while True:
        past = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        line += text.count("\n", at, past)
        if text[past] == "]":
            return
        value, end = _DECODER.raw_decode(text, past)
        yield line, value
        line += text.count("\n", past, end)
        at = end


def _walk(value: Any, depth: int) -> Iterator[dict[str, str]]:
    """The records in a value: objects that name a device, devices as bare texts, and lists of cells."""
    if isinstance(value, str):
        if is_identifier(value):
            yield {"mac": value}
    elif isinstance(value, list) and depth:
        if _is_row(value):
            yield dict(zip(("mac", "provider", "url", "server_date"), map(_text, value), strict=False))
            return
        for item in value:
            yield from _walk(item, depth - 1)
    elif isinstance(value, dict) and depth:
        if any(
            names_mac(key) and not isinstance(item, dict) for key, item in list(value.items())[:MOST_FIELDS]
        ):
            yield {key: _text(item) for key, item in list(value.items())[:MOST_FIELDS]}
            return
        for key, item in value.items():
            if is_identifier(key) and isinstance(item, dict):
                yield {"mac": key, **{name: _text(part) for name, part in list(item.items())[:MOST_FIELDS]}}
            else:
                yield from _walk(item, depth - 1)


def _is_row(value: list[Any]) -> bool:
    """Whether a list is a row as listDevices has it: MAC, provider, URL, date."""
    texts = [item for item in value if isinstance(item, str)]
    return len(value) == len(texts) == 4 and is_identifier(value[0]) and "://" in value[2]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value[:MOST_FIELDS] if not isinstance(item, (list, dict)))
    return "" if isinstance(value, dict) else str(value)


def _read_records(text: str) -> list[Record] | None:
    records: list[Record] = []
    current: dict[str, str] = {}
    first = last = ""
    begun = pairs = lines = several = 0

    def close() -> None:
        nonlocal current, several
        if any(names_mac(key) for key in current):
            several += len(current) > 1
            records.append((begun, current))
        elif current and records and not any(key in records[-1][1] for key in current) and not blank:
            records[-1][1].update(current)
        current = {}

    blank = False
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if not line.strip() or _SECTION.fullmatch(line):
            blank = True
            close()
            continue
        if line.lstrip().startswith(("#", ";")):
            continue
        lines += 1
        match = _PAIR.fullmatch(line) if len(line) < 4096 else None
        if match is None or match[2].lstrip().startswith("//"):
            if lines > 20 and pairs * 5 < lines * 4:
                return None
            continue
        pairs += 1
        key, value = match[1].strip(), match[2].strip().strip("\"',;")
        first = first or key
        if key in current or _ITEM.match(line):
            close()
        if not current:
            begun = number
        current[key] = value
        blank = False
        last = key
    close()
    # A list in which every line names its device by a label is one of lines, not of blocks.
    if not records or not last or pairs * 5 < lines * 4 or not several:
        return None
    return records


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
    if header is None or not header.usable:
        return None
    header = settle_provider(replace(header, line=None), default_provider, guess)
    drafts = make_rows(
        rows,
        header,
        default_url=default_url,
        default_provider=default_provider,
        need_target=need_target,
        guess=guess,
    )
    used = [f"{column.title} → {column.role}" for column in header.columns if column.role != "ignored"]
    left = [column.title for column in header.columns if column.role == "ignored"]
    notes = [f"Keys: {', '.join(used)}."] + ([f"Keys not used: {', '.join(left)}."] if left else [])
    return Structured(header, drafts, tuple(notes))
