"""presets.toml: saved targets in the order a person gave them. The program's file: replaced as a whole, or
not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tui.errors import ConfigurationError, UsageError
from tui.model.registration import Preset
from tui.model.text import make_inert
from tui.settings.file import Complaint, find_line, hold, read_tables, write_tables
from tui.settings.paths import Places

_HEADER = (
    "Presets of Redirectory. The program replaces this file; comments are not kept.",
    "A URL may hold credentials: keep the file private.",
)
Entries = list[dict[str, Any]]


@dataclass(frozen=True)
class Presets:
    """The presets in order, and what is wrong with their file; with a complaint nothing can be saved."""

    presets: tuple[Preset, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    def find(self, name: str) -> Preset | None:
        """The preset of that name, None if there is none."""
        return next((preset for preset in self.presets if preset.name == name), None)


def load_presets(places: Places) -> Presets:
    """Read presets.toml. Never raises: a broken file gives the sound presets and complaints."""
    entries, complaints, _ = _read(places)
    return Presets(tuple(_preset(entry) for entry in entries if _is_sound(entry)), tuple(complaints))


def save_preset(places: Places, preset: Preset, *, replaces: Preset | None = None) -> Presets:
    """Add a preset, or replace the one of the same name in its place. With `replaces`, the stored one must
    still be that, so that another instance's edit is not lost. Raises ConfigurationError, UsageError,
    StoreError.
    """
    if not preset.name.strip():
        raise UsageError("A preset needs a name.", "The name is empty.", "Give it a short name.")

    def change(entries: Entries) -> None:
        name = replaces.name if replaces else preset.name
        index = _index(entries, name)
        if replaces and (index is None or _preset(entries[index]) != replaces):
            raise ConfigurationError(
                "The preset was changed elsewhere.",
                f"{make_inert(name)} is no longer what was opened.",
                "Open it again and repeat the change.",
            )
        if preset.name != name and _index(entries, preset.name) is not None:
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


def rename_preset(places: Places, name: str, new_name: str) -> Presets:
    """Rename a preset, keeping its place. Raises UsageError if the new name is empty or taken."""
    if not new_name.strip():
        raise UsageError("A preset needs a name.", "The name is empty.", "Give it a short name.")

    def change(entries: Entries) -> None:
        index = _require(entries, name)
        if new_name != name and _index(entries, new_name) is not None:
            raise _taken(new_name)
        entries[index]["name"] = new_name

    return _update(places, change)


def move_preset(places: Places, name: str, to: int) -> Presets:
    """Move a preset to the 0-based place `to`; beyond either end means the end."""

    def change(entries: Entries) -> None:
        entry = entries.pop(_require(entries, name))
        entries.insert(max(0, to), entry)

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
        hint = "List them with: redirectory presets list"
        raise UsageError("No such preset.", f"{make_inert(name)} is not among the presets.", hint)
    return index


def _taken(name: str) -> UsageError:
    return UsageError(
        "The name is taken.", f"There is a preset {make_inert(name)} already.", "Choose another name."
    )
