"""The fields of Register: what is understood while it is typed, what the phone will request, presets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.app.context.flow import flow
from tui.app.context.page import Page
from tui.app.presentation.wording import say_keys
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.scanning import NOT_WHOLE, ScanLine
from tui.app.widgets.toggle import Toggle
from tui.model.addresses import State
from tui.model.identifiers import Recognition, recognise
from tui.model.registration import Target
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.model.registration import Preset
    from tui.model.template import Lint

LINTS_SHOWN = 2
LEVEL_SIGNS = {"error": ("✗", "$bad"), "warning": ("!", "$doubt"), "note": ("·", "dim")}


class Known(Suggester):
    """Completes with the first known text that starts as typed; the right arrow takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.texts: tuple[str, ...] = ()
        self.limited = False

    def learn(self, texts: Iterable[str], limited: bool) -> None:
        """Know these texts, each once; `limited` says that more were used than these."""
        self.texts, self.limited = tuple(dict.fromkeys(filter(None, texts))), limited

    async def get_suggestion(self, value: str) -> str | None:
        return next((text for text in self.texts if text.startswith(value) and text != value), None)


class ScanEntry(Entry):
    """Takes what a scanner adds away from a pasted code, and keeps the words about it."""

    notes: tuple[str, ...] = ()

    def clean(self, text: str) -> str:
        from tui.intake.recognition.scanner import clean_scan

        scan = clean_scan(text)
        self.notes = scan.notes
        return " ".join(scan.texts)


class RegisterFields(Page):
    """The upper half of the page."""

    def _entry(self, name: str) -> Entry:
        return self.query_one(f"#register-{name}", Entry)

    def _field(self, name: str) -> Field:
        field = self._entry(name).parent
        assert isinstance(field, Field)
        return field

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._scan_line = ScanLine()

    def _empty_mac(self, written: str = "") -> None:
        """Take away what was submitted; what was typed or scanned behind it stays."""
        entry = self._entry("mac")
        behind = entry.value[len(written) :] if written and entry.value.startswith(written) else ""
        with entry.prevent(Input.Changed):
            entry.value = behind
        self.draw_phone()
        entry.focus()

    def _refuse_scan(self, empty: bool, flaw: str) -> None:
        """Say why a text is not registered; ring, count it, and let the next scan take its place."""
        entry = self._entry("mac")
        self._field("mac").note("✗ the MAC-ID is empty" if empty else f"✗ {flaw or NOT_WHOLE}", "bad")
        entry.focus()
        if not empty:
            self.app.bell()
            self._scan_line.refuse(entry.value)
            if flaw or self.query_one(Toggle).on:
                entry.action_select_all()

    @property
    def recognition(self) -> Recognition:
        """What the MAC-ID field holds so far."""
        text = self._entry("mac").value
        if text:
            from tui.intake.recognition.scanner import clean_scan

            text = clean_scan(text).text
        return recognise(text)

    @property
    def _layout(self) -> str:
        """The keyboard layout that the text shows a scanner to be wrong about, empty if it shows none."""
        text = self._entry("mac").value
        if not text:
            return ""
        from tui.intake.recognition.layouts import mend_layout

        return mend_layout(text)[1]

    @on(Input.Changed, "#register-mac")
    def judge_mac(self) -> None:
        found = self.recognition
        layout = self._layout
        if found.state is State.VALID and layout:
            self._field("mac").note(f"! {found.kind} · the scanner types for a {layout} keyboard", "doubt")
        elif found.state is State.VALID:
            sign, kind = ("!", "doubt") if found.note else ("✓", "good")
            self._field("mac").note(f"{sign} {found.summary}", kind)
        elif found.state is State.BAD:
            self._field("mac").note("✗ not a MAC-ID", "bad")
        else:
            self._field("mac").note(found.summary, "quiet")
        self.draw_phone()

    @on(Input.Changed, "#register-url")
    @on(Input.Changed, "#register-provider")
    def judge_target(self) -> None:
        self.draw_phone()
        self.draw_notes()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget.id == "register-mac":
            found = self.recognition
            if found.identifier is not None and self._entry("mac").value != found.identifier.wire:
                self._entry("mac").value = found.identifier.wire

    def draw_notes(self) -> None:
        """What stands beside URL and Provider: how many presets there are, while there is room for it."""
        count = len(self.desk.presets)
        if len(self._entry("url").value) < 40:
            self._field("url").note(f"F4 {count} preset{'' if count == 1 else 's'}" if count else "")
        else:
            self._field("url").note("")

    def draw_phone(self) -> None:
        """The URL as this phone will request it, and everything remarkable under it."""
        found = self.recognition
        url, provider = self._entry("url").value, self._entry("provider").value
        identifier = found.identifier
        if url.strip() and identifier is not None:
            from tui.model.template import expand
            from tui.model.vendor import DEFAULT_DVID

            dvid = self.desk.session.dvid if self.desk.signed_in else DEFAULT_DVID
            shown = Content(mask_credentials(make_inert(expand(url, identifier.mac, dvid))))
        else:
            shown = Content.styled("what the phone will request, once MAC-ID and URL are there", "dim")
        remarks = _remark(found, url, provider) if url or provider or self._entry("mac").value else []
        self._update("#register-phone", Content.assemble(f"{'Phone':<10}", shown))
        lines = []
        for remark in remarks[:LINTS_SHOWN]:
            sign, colour = LEVEL_SIGNS[remark.level]
            lines.append(Content.assemble((f"{sign} ", colour), make_inert(say_keys(remark.text))))
        if len(remarks) > LINTS_SHOWN:
            lines[-1] = Content.assemble(lines[-1], (f"  (+{len(remarks) - LINTS_SHOWN} more)", "dim"))
        self._update("#register-lints", Content("\n").join(lines))

    def _update(self, selector: str, content: Content) -> None:
        static: Any = self.query_one(selector, Static)
        if getattr(static, "shown_text", None) != content.markup:
            static.shown_text = content.markup
            static.update(content)

    @flow
    async def pick(self, name: str, known: Known) -> None:
        """Choose among the texts used before."""
        from tui.app.dialogs.pickers.pick import PickText

        what = "URLs" if name == "url" else "Providers"
        title = f"{what} used most lately; there are more" if known.limited else f"{what} used before"
        text = await self.ask(PickText(title, known.texts))
        if text is not None:
            self._entry(name).value = text

    # presets

    def use_preset(self, preset: Preset) -> None:
        """Fill what the preset has; an empty part stays as typed."""
        if preset.url:
            self._entry("url").value = preset.url
        if preset.provider:
            self._entry("provider").value = preset.provider

    @flow
    async def action_presets(self) -> None:
        from tui.app.dialogs.pickers.preset import PickPreset

        presets = self.desk.presets
        preset = await self.ask(PickPreset(presets, self.desk.preset_complaints))
        if preset is not None:
            self.use_preset(preset)

    @flow
    async def action_save_preset(self) -> None:
        from tui.app.dialogs.pickers.preset import PresetDialog
        from tui.model.registration import Preset

        typed = Preset("", self._entry("url").value.strip(), self._entry("provider").value.strip())
        preset = await self.ask(PresetDialog(typed, [known.name for known in self.desk.presets]))
        if preset is not None:
            self.desk.save_preset(preset)
            self.shell.say(f"Preset {preset.name} is kept.")
            self.draw_notes()

    def read_target(self) -> Target | None:
        """The target asked for; None after saying what is wrong with it, with the focus there."""
        from tui.model.template import lint, lint_provider

        for name, remarks in (("url", lint), ("provider", lint_provider)):
            entry = self._entry(name)
            wrong = [remark for remark in remarks(entry.value) if remark.level == "error"]
            if wrong:
                self._field(name).note(f"✗ {say_keys(wrong[0].text)}", "bad")
                entry.focus()
                return None
        return Target(self._entry("url").value, self._entry("provider").value)


def _remark(found: Recognition, url: str, provider: str) -> list[Lint]:
    """Everything remarkable about the three texts."""
    from tui.model.template import Lint, lint, lint_provider

    remarks: list[Lint] = []
    if found.state is State.BAD:
        remarks.append(Lint("error", "mac", found.complaint))
    elif found.note:
        remarks.append(Lint("warning", "mac", found.note))
    if url:
        remarks += lint(url, mac=found.identifier.mac if found.identifier is not None else None)
    if provider:
        remarks += lint_provider(provider)
    return remarks
