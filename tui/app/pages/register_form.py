"""The fields of Register: what is understood while it is typed, what the phone will request, presets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input

from tui.app.first_paint import FIELDS
from tui.app.presentation.wording import say_keys
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.scanning import NOT_WHOLE, ScanEntry, ScanLine
from tui.app.widgets.toggle import Toggle
from tui.app.widgets.words import Words
from tui.model.addresses import State
from tui.model.identifiers import Recognition, recognise
from tui.model.registration import Target
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.desk import Desk
    from tui.app.context.shell import Shell
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


class RegisterForm(Container):
    """The upper half of the page: three fields, what stands below them, and whether they are kept."""

    def entry_of(self, name: str) -> Entry:
        return self.query_one(f"#register-{name}", Entry)

    def field_of(self, name: str) -> Field:
        field = self.entry_of(name).parent
        assert isinstance(field, Field)
        return field

    def __init__(self) -> None:
        super().__init__(id="register-form")
        self.scan_line = ScanLine()
        self.known = {"url": Known(), "provider": Known()}

    @property
    def desk(self) -> Desk:
        return cast("Shell", self.app).desk

    def compose(self) -> ComposeResult:
        start = self.desk.config.register
        entries = (
            ScanEntry(id="register-mac", several=True),
            Entry(start.url, id="register-url", suggester=self.known["url"]),
            Entry(start.provider, id="register-provider", suggester=self.known["provider"]),
        )
        for (prompt, hint), entry in zip(FIELDS.items(), entries, strict=True):
            entry.placeholder = hint
            yield Field(prompt, entry)
        yield Words(id="register-phone")
        yield Words(id="register-lints")
        yield Toggle(
            "keep URL and Provider: scan one after the other",
            self.desk.config.app.keep,
            id="register-keep",
        )

    @property
    def keep(self) -> bool:
        """Whether URL and Provider stay for the next scan."""
        return self.query_one(Toggle).on

    @property
    def target_typed(self) -> tuple[str, str]:
        """URL and provider as they stand in the fields."""
        return self.entry_of("url").value.strip(), self.entry_of("provider").value.strip()

    def fill(self, mac: str, target: Target) -> None:
        """Write MAC-ID and target into the fields, to be mended."""
        for name, text in (("mac", mac), ("url", target.url), ("provider", target.provider)):
            self.entry_of(name).value = text
        self.entry_of("mac").focus()

    def empty_mac(self, written: str = "") -> None:
        """Take away what was submitted; what was typed or scanned behind it stays."""
        entry = self.entry_of("mac")
        behind = entry.value[len(written) :] if written and entry.value.startswith(written) else ""
        with entry.prevent(Input.Changed):
            entry.value = behind
        self.draw_phone()
        entry.focus()

    def refuse_scan(self, empty: bool, flaw: str) -> None:
        """Say why a text is not registered; ring, count it, and let the next scan take its place."""
        entry = self.entry_of("mac")
        self.field_of("mac").note("✗ the MAC-ID is empty" if empty else f"✗ {flaw or NOT_WHOLE}", "bad")
        entry.focus()
        if not empty:
            self.app.bell()
            self.scan_line.refuse(entry.value)
            if flaw or self.keep:
                entry.action_select_all()

    @property
    def recognition(self) -> Recognition:
        """What the MAC-ID field holds so far."""
        text = self.entry_of("mac").value
        if text:
            from tui.intake.recognition.scanner import clean_scan

            text = clean_scan(text).text
        return recognise(text)

    @property
    def _layout(self) -> str:
        """The keyboard layout that the text shows a scanner to be wrong about, empty if it shows none."""
        text = self.entry_of("mac").value
        if not text:
            return ""
        from tui.intake.recognition.layouts import mend_layout

        return mend_layout(text)[1]

    @on(Input.Changed, "#register-mac")
    def judge_mac(self) -> None:
        found = self.recognition
        layout = self._layout
        if found.state is State.VALID and layout:
            self.field_of("mac").note(f"! {found.kind} · the scanner types for a {layout} keyboard", "doubt")
        elif found.state is State.VALID:
            sign, kind = ("!", "doubt") if found.note else ("✓", "good")
            self.field_of("mac").note(f"{sign} {found.summary}", kind)
        elif found.state is State.BAD:
            self.field_of("mac").note("✗ not a MAC-ID", "bad")
        else:
            self.field_of("mac").note(found.summary, "quiet")
        self.draw_phone()

    @on(Input.Changed, "#register-url")
    @on(Input.Changed, "#register-provider")
    def judge_target(self) -> None:
        self.draw_phone()
        self.draw_notes()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget.id == "register-mac":
            found = self.recognition
            if found.identifier is not None and self.entry_of("mac").value != found.identifier.wire:
                self.entry_of("mac").value = found.identifier.wire

    def draw_notes(self) -> None:
        """What stands beside URL and Provider: how many presets there are, while there is room for it."""
        count = len(self.desk.presets)
        if len(self.entry_of("url").value) < 40:
            self.field_of("url").note(f"F4 {count} preset{'' if count == 1 else 's'}" if count else "")
        else:
            self.field_of("url").note("")

    def draw_phone(self) -> None:
        """The URL as this phone will request it, and everything remarkable under it."""
        found = self.recognition
        url, provider = self.entry_of("url").value, self.entry_of("provider").value
        identifier = found.identifier
        if url.strip() and identifier is not None:
            from tui.model.template import expand
            from tui.model.vendor import DEFAULT_DVID

            dvid = self.desk.session.dvid if self.desk.signed_in else DEFAULT_DVID
            shown = Content(mask_credentials(make_inert(expand(url, identifier.mac, dvid))))
        else:
            shown = Content.styled("what the phone will request, once MAC-ID and URL are there", "dim")
        remarks = _remark(found, url, provider) if url or provider or self.entry_of("mac").value else []
        self.query_one("#register-phone", Words).write(Content.assemble(f"{'Phone':<10}", shown))
        lines = []
        for remark in remarks[:LINTS_SHOWN]:
            sign, colour = LEVEL_SIGNS[remark.level]
            lines.append(Content.assemble((f"{sign} ", colour), make_inert(say_keys(remark.text))))
        if len(remarks) > LINTS_SHOWN:
            lines[-1] = Content.assemble(lines[-1], (f"  (+{len(remarks) - LINTS_SHOWN} more)", "dim"))
        self.query_one("#register-lints", Words).write(Content("\n").join(lines))

    def use_preset(self, preset: Preset) -> None:
        """Fill what the preset has; an empty part stays as typed."""
        if preset.url:
            self.entry_of("url").value = preset.url
        if preset.provider:
            self.entry_of("provider").value = preset.provider

    def read_target(self) -> Target | None:
        """The target asked for; None after saying what is wrong with it, with the focus there."""
        from tui.model.template import lint, lint_provider

        for name, remarks in (("url", lint), ("provider", lint_provider)):
            entry = self.entry_of(name)
            wrong = [remark for remark in remarks(entry.value) if remark.level == "error"]
            if wrong:
                self.field_of(name).note(f"✗ {say_keys(wrong[0].text)}", "bad")
                entry.focus()
                return None
        return Target(self.entry_of("url").value, self.entry_of("provider").value)


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
