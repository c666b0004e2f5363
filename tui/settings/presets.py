"""presets.toml: saved targets in the order a person gave them. The program's file: replaced as a whole, or
not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.classes import define
from tui.errors import ConfigurationError, UsageError
from tui.model.registration import Preset
from tui.model.text.inert import make_inert, to_nfc
from tui.settings.files.paths import Places
from tui.settings.files.toml_file import (
    Complaint,
    complain_of_intruder,
    find_line,
    hold,
    read_tables,
    suggest,
    write_tables,
)

_HEADER = (
    "Presets of Redirectory. The program replaces this file; comments are not kept.",
    "A URL may hold credentials: keep the file private.",
)
Entries = list[dict[str, Any]]


@define(frozen=True)
class Presets:
    """The presets in order, and what is wrong with their file; with a complaint nothing can be saved."""

    presets: tuple[Preset, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    def find(self, name: str) -> Preset | None:
        """The preset of that name, None if there is none."""
        wanted = to_nfc(name)
        return next((preset for preset in self.presets if to_nfc(preset.name) == wanted), None)


def load_presets(places: Places) -> Presets:
    """Read presets.toml. Never raises: a broken file gives the sound presets and complaints."""
    entries, complaints, _ = _read(places)
    complaints += complain_of_intruder(places.presets_file)
    return Presets(tuple(_preset(entry) for entry in entries if _is_sound(entry)), tuple(complaints))


def save_preset(places: Places, preset: Preset, *, replaces: Preset | None = None) -> Presets:
    """Add a preset, or put it in the place of `replaces`, which must still be as it was read: another
    instance's edit is not lost. Raises UsageError for an empty name or one that exists already;
    ConfigurationError, StoreError.
    """
    if not preset.name.strip():
        raise UsageError("A preset needs a name.", "The name is empty.", "Give it a short name.")

    def change(entries: Entries) -> None:
        index = None if replaces is None else _index(entries, replaces.name)
        if replaces is not None and (index is None or _preset(entries[index]) != replaces):
            raise ConfigurationError(
                "The preset was changed elsewhere.",
                f"{make_inert(replaces.name)} is no longer what was opened.",
                "Open it again and repeat the change.",
            )
        if (replaces is None or preset.name != replaces.name) and _index(entries, preset.name) is not None:
            raise _taken(preset.name)
        values = {"name": preset.name, "url": preset.url, "provider": preset.provider}
        if index is None:
            entries.append(values)
        else:
            entries[index] |= values

    return _update(places, change)


def remove_preset(places: Places, name: str) -> Presets:
    """Remove a preset. Raises UsageError if there is none of that name."""

    def change(entries: Entries) -> None:
        del entries[_require(entries, name)]

    return _update(places, change)


def _read(places: Places) -> tuple[Entries, list[Complaint], dict[str, Any]]:
    path = places.presets_file
    tables, complaints, source = read_tables(path)
    listed = tables.get("presets", [])
    if not isinstance(listed, list):
        line = find_line(source, "presets")
        return [], [*complaints, Complaint(path, line, "presets", "Must be tables: [[presets]].")], tables
    names: set[str] = set()
    for index, entry in enumerate(listed):
        if not _is_sound(entry):
            text = "Needs name, url and provider as text in quotes; passed over."
            complaints.append(
                Complaint(path, find_line(source, "presets", "", index), f"presets {index + 1}", text)
            )
        elif entry["name"] in names:
            text = "Second preset of the same name."
            line = find_line(source, "presets", "name", index)
            complaints.append(Complaint(path, line, f"presets {index + 1}", text, "Rename one of the two."))
        else:
            names.add(entry["name"])
    return listed, complaints, tables


def _update(places: Places, change: Callable[[Entries], None]) -> Presets:
    with hold(places.presets_file):
        entries, complaints, tables = _read(places)
        if complaints:
            raise complaints[0].as_error()
        change(entries)
        write_tables(places.presets_file, _HEADER, tables | {"presets": entries})
    return load_presets(places)


def _is_sound(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and bool(entry["name"].strip())
        and all(isinstance(entry.get(key, ""), str) for key in ("url", "provider"))
    )


def _preset(entry: dict[str, Any]) -> Preset:
    return Preset(entry["name"], entry.get("url", ""), entry.get("provider", ""))


def _index(entries: Entries, name: str) -> int | None:
    return next((index for index, entry in enumerate(entries) if entry["name"] == name), None)


def _require(entries: Entries, name: str) -> int:
    index = _index(entries, name)
    if index is None:
        raise unknown_preset(name, [entry["name"] for entry in entries])
    return index


def unknown_preset(name: str, known: list[str]) -> UsageError:
    """The error for a preset that does not exist; its hint names the nearest that does."""
    hint = suggest(name, [make_inert(one) for one in known]) if known else "There is no preset yet."
    return UsageError("No such preset.", f"{make_inert(name)} is not among the presets.", hint)


def _taken(name: str) -> UsageError:
    return UsageError(
        "There is a preset of that name already.",
        f"{make_inert(name)} was left as it is.",
        f"To change it: redirectory presets edit {make_inert(name)}. Or choose another name.",
    )
