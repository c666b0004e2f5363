"""Check and register: a pasted list as a table of drafts, a dry run, then the job."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from tui.app.dialogs.sheet import Sheet
from tui.app.registering import SIGNS, spell
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry, Field
from tui.errors import InputError, RedirectoryError
from tui.intake.reading import read_intake
from tui.intake.rows import Draft, count_drafts, edit_draft, fold_duplicates
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration
from tui.model.secrets import mask_credentials
from tui.model.text import make_inert
from tui.services.control import Control

if TYPE_CHECKING:
    from tui.services.session import Session

PARTS = ("mac", "url", "provider")


class CheckSheet(Sheet[None]):
    """Rows can be mended or dropped before anything is sent. Closing it lets a running job go on.

    `start` is called with the registrations and a control once the dry run was agreed to; the page that
    owns the job
    hands outcomes back through `take`.
    """

    BINDINGS = [
        Binding("e,enter", "edit", show=False),
        Binding("x,delete", "drop", show=False),
        Binding("r,ctrl+s", "register", show=False),
        Binding("n", "next_bad", show=False),
        Binding("p", "pause", show=False),
        Binding("c", "cancel", show=False),
    ]

    def __init__(
        self,
        text: str,
        url: str,
        provider: str,
        session: Session,
        start: Callable[[Sequence[Registration], Control], None],
    ) -> None:
        super().__init__("Check and register")
        self._text = text
        self._url = url
        self._provider = provider
        self._session = session
        self._start = start
        self.drafts: list[Draft] = []
        self.notes: tuple[str, ...] = ()
        self.answers: dict[str, Outcome] = {}
        self.control: Control | None = None
        self._sent = 0
        self._began = 0.0
        self._editing: int | None = None

    def compose_body(self) -> ComposeResult:
        yield Static("", id="check-summary")
        box = TextArea(self._text, id="check-box", soft_wrap=False, show_line_numbers=False)
        box.cursor_blink = False
        yield box
        yield Choices(id="check-rows")
        with Vertical(id="check-edit", classes="gone"):
            yield Field("MAC-ID", Entry(id="check-mac"))
            yield Field("URL", Entry(id="check-url"))
            yield Field("Provider", Entry(id="check-provider"))
        yield Static("", id="check-detail")

    def on_mount(self) -> None:
        super().on_mount()
        if self._text.strip():
            self.read(self._text)
        else:
            self.query_one("#check-rows").display = False
            self._say(
                "Paste MACs, MAC-IDs, a spreadsheet's rows, CSV, or ap-client.py lines; ^s reads them. "
                "URL and Provider of Register fill what is missing."
            )
            self.query_one("#check-box").focus()

    @property
    def _pasting(self) -> bool:
        return bool(self.query_one("#check-box").display)

    def keys(self) -> Sequence[tuple[str, str]]:
        if self._editing is not None:
            return (("⏎", "take"), ("Tab", "next field"), ("esc", "leave the row as it was"))
        if self.control is not None:
            pause = "resume" if self.control.paused else "pause"
            return (("p", pause), ("c", "cancel the rest"), ("esc", "close; the job goes on"))
        if self.is_mounted and self._pasting:
            return (("^s", "read"), ("esc", "close"))
        return (
            ("r", "register"),
            ("e", "edit row"),
            ("x", "drop row"),
            ("n", "next complaint"),
            ("esc", "close"),
        )

    def read(self, text: str) -> None:
        """Show the drafts in a text; an input that is no list says why and stays for mending."""
        try:
            intake = read_intake(text, default_url=self._url, default_provider=self._provider)
            if intake.kind == "xml-rpc":
                raise InputError(
                    "This is an XML-RPC file", hint="Open it in 4 Upload, which shows its calls."
                )
        except RedirectoryError as error:
            self._say(make_inert(f"✗ {error.describe()}"))
            self.query_one("#check-rows").display = False
            self.query_one("#check-box").focus()
            return
        self.drafts = [
            draft for draft in fold_duplicates(intake.drafts) if draft.operation is Operation.REGISTER
        ]
        self.notes = intake.notes
        self.query_one("#check-box").display = False
        rows = self.query_one(Choices)
        rows.display = True
        rows.focus()
        self.draw(cursor=next((i for i, draft in enumerate(self.drafts) if not draft.ready), 0))
        self.show_keys()

    def draw(self, cursor: int | None = None) -> None:
        """Counts, rows, and what is wrong with the row under the cursor."""
        ready, bad, folded = count_drafts(self.drafts)
        parts = [f"{ready} ready"]
        parts += [f"{bad} to mend"] if bad else []
        parts += [f"{folded} duplicate{'s' if folded > 1 else ''} folded"] if folded else []
        parts += list(self.notes[:1])
        if self.control is None:
            self._say(" · ".join(parts))
        self.query_one(Choices).fill([self._row(draft) for draft in self.drafts], cursor=cursor)
        self.draw_detail()

    def _row(self, draft: Draft) -> Content:
        answer = self.answers.get(draft.identifier.mac) if draft.identifier is not None else None
        mac = draft.identifier.wire if draft.identifier is not None else draft.mac_text
        if answer is not None:
            word = spell(answer.result, answer.code)
            sign, colour = SIGNS.get(word, ("·", "dim"))
            state = Content.styled(f"{sign} {word:<9}", colour)
        elif draft.ready:
            state = Content.styled("✓ ready    " if not draft.complaints else "! ready    ", "$good")
        else:
            state = Content.styled("✗ mend     ", "$bad")
        about = f"{draft.provider} → {draft.url}" if draft.ready else draft.complaint
        return Content.assemble(
            (f"{draft.line:>5}  ", "dim"),
            state,
            f" {mac[:20]:<20} ",
            (mask_credentials(about), "dim" if draft.ready else ""),
        )

    @on(Choices.Moved)
    def draw_detail(self) -> None:
        """The complaint, or the server's answer, in full."""
        draft = self._draft
        text = ""
        if draft is not None:
            answer = self.answers.get(draft.identifier.mac) if draft.identifier is not None else None
            text = answer.message if answer is not None else draft.complaint
            if draft.copies and answer is None:
                text = f"{text}  Lines {', '.join(map(str, draft.copies[:8]))} say the same.".strip()
        self.query_one("#check-detail", Static).update(
            Content.styled(mask_credentials(make_inert(text)), "dim")
        )

    @property
    def _draft(self) -> Draft | None:
        cursor = self.query_one(Choices).cursor
        return self.drafts[cursor] if cursor < len(self.drafts) else None

    # mending

    @on(Choices.Chosen)
    def action_edit(self) -> None:
        draft = self._draft
        if draft is None or self.control is not None or self._pasting:
            return
        self._editing = self.query_one(Choices).cursor
        for name, text in zip(PARTS, (draft.mac_text, draft.url, draft.provider), strict=True):
            self.query_one(f"#check-{name}", Entry).value = text
        self.query_one("#check-edit").remove_class("gone")
        self._fit()
        wrong = next((found.field for found in draft.complaints if found.level == "error"), "mac")
        self.query_one(f"#check-{wrong if wrong in PARTS else 'mac'}", Entry).focus()
        self.show_keys()

    @on(Input.Submitted)
    def take_edit(self) -> None:
        if self._editing is None:
            return
        draft = self.drafts[self._editing]
        texts = [self.query_one(f"#check-{name}", Entry).value for name in PARTS]
        mac, url, provider = (
            new if new != old else None
            for new, old in zip(texts, (draft.mac_text, draft.url, draft.provider), strict=True)
        )
        self.drafts[self._editing] = edit_draft(draft, mac_text=mac, url=url, provider=provider)
        self.drafts = fold_duplicates(self.drafts)
        self._stop_editing()

    def _stop_editing(self) -> None:
        self._editing = None
        self.query_one("#check-edit").add_class("gone")
        self._fit()
        self.query_one(Choices).focus()
        self.draw()
        self.show_keys()

    def action_abandon(self) -> None:
        if self._editing is not None:
            self._stop_editing()
        else:
            self.dismiss(None)

    def action_drop(self) -> None:
        if self.control is None and self._draft is not None:
            del self.drafts[self.query_one(Choices).cursor]
            self.draw()

    def action_next_bad(self) -> None:
        cursor = self.query_one(Choices).cursor
        order = [*range(cursor + 1, len(self.drafts)), *range(cursor + 1)]
        bad = next((index for index in order if not self.drafts[index].ready), None)
        if bad is not None:
            self.draw(cursor=bad)

    # sending

    def action_register(self) -> None:
        if self._pasting:
            self.read(self.query_one("#check-box", TextArea).text)
            return
        if self.control is not None:
            return
        registrations = [
            draft.registration
            for draft in self.drafts
            if draft.registration is not None and not self._settled(draft)
        ]
        if not registrations:
            self._say("Nothing is ready: mend a row with e, or drop it with x.")
            return
        from tui.app.dialogs.confirm import ConfirmDialog
        from tui.services.changes import preview

        planned = preview(self._session, registrations=registrations)
        grouped = Counter((call.method, len(call.macs), call.target) for call in planned)
        lines = []
        for (method, size, target), times in grouped.items():
            where = f"{target.provider} → {target.url}" if target is not None else ""
            each = f"of {size} devices" if size > 1 else "of 1 device"
            lines.append(mask_credentials(make_inert(f"{times} × {method} {each}  {where}")))
        waiting = sum(not draft.ready for draft in self.drafts)
        self.app.push_screen(
            ConfirmDialog(
                f"Dry run: {len(planned)} calls for {len(registrations)} devices"
                if len(planned) > 1
                else f"Dry run: 1 call for {len(registrations)} devices",
                lines,
                verb="register",
                note=f"{waiting} row{'s' if waiting > 1 else ''} to mend: not sent."
                if waiting
                else "Devices that have a record at another target are not touched; the answer names them.",
            ),
            lambda agreed: self._begin(registrations) if agreed else None,
        )

    def _begin(self, registrations: Sequence[Registration]) -> None:
        self.control = Control()
        self._sent, self._began = len(registrations), time.monotonic()
        self._start(registrations, self.control)
        self.progress()
        self.show_keys()

    def take(self, outcomes: Sequence[Outcome]) -> None:
        """Answers of the job."""
        self.answers.update((outcome.mac, outcome) for outcome in outcomes)
        self.progress()
        self.query_one(Choices).fill([self._row(draft) for draft in self.drafts])
        self.draw_detail()

    def finish(self) -> None:
        """The job has ended."""
        self.progress()
        self.control = None
        self.show_keys()

    def _settled(self, draft: Draft) -> bool:
        answer = self.answers.get(draft.identifier.mac) if draft.identifier is not None else None
        return answer is not None and answer.result is not Result.SKIPPED

    def progress(self) -> None:
        """A bar with counts, rate and time left; drawn with each batch of answers only."""
        done, width = len(self.answers), 20
        counted = Counter(spell(outcome.result, outcome.code) for outcome in self.answers.values())
        words = " · ".join(f"{counted[word]} {word}" for word in SIGNS if counted[word])
        spent = max(0.001, time.monotonic() - self._began)
        left = (
            f" · {spent / done * (self._sent - done):.0f} s left"
            if 0 < done < self._sent and spent > 1
            else ""
        )
        filled = width * done // max(1, self._sent)
        state = "paused · " if self.control is not None and self.control.paused else ""
        bar = "█" * filled + "░" * (width - filled)
        self._say(f"{bar} {done} of {self._sent} · {state}{words or 'sending'}{left}")

    def action_pause(self) -> None:
        if self.control is not None:
            (self.control.resume if self.control.paused else self.control.pause)()
            self.progress()
            self.show_keys()

    def action_cancel(self) -> None:
        if self.control is not None:
            self.control.cancel()
            self._say("Cancelling: what is in flight is settled, the rest is not sent.")

    def _say(self, text: str) -> None:
        self.query_one("#check-summary", Static).update(Content(text))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._fit()

    def _fit(self) -> None:
        height = max(3, self.app.size.height - (15 if self._editing is not None else 12))
        self.query_one("#check-rows").styles.height = height
        self.query_one("#check-box").styles.height = height
