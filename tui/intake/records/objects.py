"""The devices within the objects and lists of JSON, as records of texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tui.intake.recognition.finding import looks_mistyped
from tui.intake.recognition.header import is_identifier
from tui.intake.recognition.headings import names_mac, tell_role
from tui.patterns import pattern

MOST_FIELDS = 500
MOST_LEFT = 10
_DEPTH = 12
_FOUR = pattern(r"[0-9A-Fa-f]{4}")


class Walk:
    """The records in a value: objects that name a device, objects by device, devices as bare texts, and lists
    of cells. `left` names the targets that stand where no device is."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def read(self, value: Any, outer: dict[str, str], depth: int = _DEPTH) -> Iterator[dict[str, str]]:
        """The records of a value; `outer` is the target that the objects around it give."""
        if isinstance(value, str):
            if is_identifier(value):
                yield {"mac": value, **outer}
        elif isinstance(value, list) and depth:
            yield from self._read_list(value, outer, depth)
        elif isinstance(value, dict) and depth:
            yield from self._read_object(value, outer, depth)

    def _read_list(self, value: list[Any], outer: dict[str, str], depth: int) -> Iterator[dict[str, str]]:
        if _is_row(value):
            yield dict(zip(("mac", "provider", "url", "server_date"), map(_text, value), strict=False))
            return
        texts = [_text(item) for item in value] if _is_plain(value) else []
        listed = sum(map(is_identifier, texts))
        if listed > 1 or (listed and any(map(_is_broken, texts))):
            # One that is mistyped is a device too, and has to be mended.
            yield from ({"mac": text, **outer} for text in texts if is_identifier(text) or _is_broken(text))
            return
        if listed == 1 and len(value) > 1:
            yield {**{str(place): _text(cell) for place, cell in enumerate(value[:MOST_FIELDS], 1)}, **outer}
            return
        titles: list[str] = []
        for item in value:
            if _is_titles(item):
                titles = item
            elif titles and isinstance(item, list) and len(item) == len(titles) and _is_plain(item):
                yield {**outer, **dict(zip(titles, map(_text, item), strict=True))}
            else:
                yield from self.read(item, outer, depth - 1)

    def _read_object(
        self, value: dict[str, Any], outer: dict[str, str], depth: int
    ) -> Iterator[dict[str, str]]:
        fields = list(value.items())[:MOST_FIELDS]
        inner = [key for key, item in fields if isinstance(item, dict) and _names_device(item, depth - 1)]
        direct = any(names_mac(key) and _is_plain(item) for key, item in fields)
        if direct or (len(inner) == 1 and not any(map(is_identifier, value))):
            record: dict[str, str] = {}
            for key, item in fields:
                if isinstance(item, dict) and not (direct and key in inner):
                    record.update(_flatten(key, item, depth - 1))
                elif not isinstance(item, dict):
                    record[key] = _text(item)
                elif len(self.left) < MOST_LEFT:
                    self.left.append(f"{key}, the MAC of something else")
            said = set(map(tell_role, record))
            yield {**{key: text for key, text in outer.items() if tell_role(key) not in said}, **record}
            return
        found = {key: _text(item) for key, item in fields if is_target(key) and _is_plain(item)}
        below = {**outer, **found}
        made = False
        keyed = any(map(is_identifier, value))
        for key, item in value.items():
            if (is_identifier(key) or (keyed and _is_broken(key))) and isinstance(item, (dict, str)):
                own = {key: item} if isinstance(item, str) else item
                if isinstance(item, str):
                    own = {"url" if "://" in item else "suffix" if _FOUR.fullmatch(item) else "value": item}
                said = set(map(tell_role, own))
                kept = {name: text for name, text in below.items() if tell_role(name) not in said}
                yield {"mac": key, **kept, **_flatten("", own, depth - 1)}
                made = True
                continue
            for record in self.read(item, below, depth - 1):
                made = True
                yield record
        if found and not made and len(self.left) < MOST_LEFT:
            self.left += [f"{key} {text}" for key, text in found.items()]


def _is_broken(text: str) -> bool:
    """Whether a text is a device with a slip."""
    return looks_mistyped(text) and not is_identifier(text)


def _is_plain(value: Any) -> bool:
    """Whether a value is one text or number, or a list of such."""
    items = value if isinstance(value, list) else [value]
    return not any(isinstance(item, (dict, list)) for item in items)


def _is_titles(value: Any) -> bool:
    """Whether a list holds the headings of the lists behind it."""
    return (
        isinstance(value, list)
        and len(value) < MOST_FIELDS
        and all(isinstance(item, str) and not is_identifier(item) for item in value)
        and any(map(names_mac, value))
    )


def is_target(key: str) -> bool:
    return tell_role(key) in ("url", "provider")


def _names_device(value: dict[str, Any], depth: int) -> bool:
    """Whether an object, or one within it, has a key for a MAC."""
    return any(
        (names_mac(key) and _is_plain(item))
        or (isinstance(item, dict) and depth > 0 and _names_device(item, depth - 1))
        for key, item in list(value.items())[:MOST_FIELDS]
    )


def _flatten(front: str, value: dict[str, Any], depth: int) -> dict[str, str]:
    """The texts of an object and of those within it, their keys joined by dots."""
    found: dict[str, str] = {}
    for key, item in list(value.items())[:MOST_FIELDS]:
        name = f"{front}.{key}" if front else key
        if isinstance(item, dict):
            found.update(_flatten(name, item, depth - 1) if depth > 0 else {})
        else:
            found[name] = _text(item)
    return found


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
