"""Save or edit a preset, and pick one."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry, Field
from tui.model.registration import Preset
from tui.model.secrets import has_credentials, mask_credentials
from tui.model.text.inert import make_inert
from tui.settings.files.toml_file import Complaint

TAKEN = "✗ there is a preset of that name: choose another, or edit it in Settings"

NO_PRESET = "No preset yet. Fill URL and Provider, then F5 keeps them under a name."
NO_PRESET_READ = "No preset could be read."


class PresetDialog(Sheet[Preset]):
    """Name, URL and provider of one preset; dismissed with it."""

    def __init__(self, preset: Preset, taken: Sequence[str] = (), title: str = "Save preset") -> None:
        super().__init__(title)
        self.preset = preset
        self.taken = taken

    def compose_body(self) -> ComposeResult:
        yield Field("Name", Entry(self.preset.name, id="preset-name"))
        yield Field("URL", Entry(self.preset.url, id="preset-url"))
        yield Field("Provider", Entry(self.preset.provider, id="preset-provider"))
        if has_credentials(self.preset.url):
            yield paragraph("")
            yield paragraph("! The URL holds credentials; they are kept in presets.toml as typed.", "doubt")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#preset-name", Entry).focus()

    @on(Input.Changed, "#preset-name")
    def judge_name(self, event: Input.Changed) -> None:
        self.query(Field).first().note(TAKEN if self._is_taken(event.value) else "", "bad")

    def _is_taken(self, name: str) -> bool:
        return name.strip() in self.taken and name.strip() != self.preset.name

    @on(Input.Submitted)
    def save(self, event: Input.Submitted) -> None:
        name, url, provider = (
            self.query_one(f"#preset-{part}", Entry).value for part in ("name", "url", "provider")
        )
        if not name.strip():
            self.query(Field).first().note("✗ a preset needs a name", "bad")
            self.query_one("#preset-name", Entry).focus()
            return
        if self._is_taken(name):
            self.query(Field).first().note(TAKEN, "bad")
            self.query_one("#preset-name", Entry).focus()
            return
        self.dismiss(Preset(name.strip(), url.strip(), provider.strip()))

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "save"), ("Tab", "next field"), ("dialog.close", "cancel"))


class PickPreset(Sheet[Preset]):
    """All presets with their targets, below what is wrong with their file; dismissed with the one chosen."""

    ASKS = False

    BINDINGS = bindings("presets")

    def __init__(self, presets: Sequence[Preset], complaints: Sequence[Complaint] = ()) -> None:
        super().__init__("Presets")
        self.presets = presets
        self.complaints = complaints

    def compose_body(self) -> ComposeResult:
        for complaint in self.complaints:
            yield paragraph(Content.styled(f"✗ {make_inert(complaint.describe())}", "bold $bad"))
        choices = Choices(id="presets", empty=NO_PRESET_READ if self.complaints else NO_PRESET)
        # Before it is drawn for the first time: it must not say for a moment that there is none.
        choices.fill(preset_rows(self.presets))
        yield choices

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).focus()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.max_height = max(4, event.size.height - 10)

    @on(Choices.Chosen)
    def picked(self, event: Choices.Chosen) -> None:
        self.dismiss(self.presets[event.index])

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "use"), ("j k", "move"), ("dialog.close", "close"))


def preset_rows(presets: Sequence[Preset]) -> list[Content]:
    """Name, provider, URL in columns; credentials masked."""
    name_width = min(24, max((len(preset.name) for preset in presets), default=0)) + 2
    provider_width = min(20, max((len(preset.provider) for preset in presets), default=0)) + 2
    return [
        Content.assemble(
            (f"{make_inert(preset.name):<{name_width}}", "bold"),
            f"{mask_credentials(make_inert(preset.provider)):<{provider_width}}",
            (mask_credentials(make_inert(preset.url)), "dim"),
        )
        for preset in presets
    ]
