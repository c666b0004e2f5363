"""`w` on Device Info: waiting for the phone, with what to expect of it and how to stop."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.widgets import Static

from tui.app.device_card import Known
from tui.app.messages import Items
from tui.app.undo import UndoVerb
from tui.app.work import Ticket
from tui.model.secrets import mask_credentials
from tui.model.text import make_inert

if TYPE_CHECKING:
    from tui.model.device import DeviceCard
    from tui.model.identifiers import Identifier
    from tui.services.phone.watching import WatchEvent

INTERVAL = 10.0
# On a lower screen what is to be expected takes the place of the device's history.
ROOM_FOR_BOTH = 30


class StopSign:
    """Ends a watch between two questions, at once."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.paused = False

    def pause(self) -> None:
        """A watch cannot pause; it is stopped."""
        self.cancel()

    def resume(self) -> None:
        """Nothing to go on with."""

    def cancel(self) -> None:
        """Stop waiting."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait; True as soon as it was stopped."""
        return self._stopped.wait(seconds)


class WatchVerb(UndoVerb):
    """A page with one card and `action_watch`; its Items handler hands the watch's items to `took_watch`."""

    known: Known | None = None
    watch_line = ""
    _watch_about = ""
    _watched_mac = ""
    _questions = 0
    _watching: Ticket | None = None

    if TYPE_CHECKING:

        def _card(self, need_record: bool = True) -> DeviceCard | None: ...
        def _identifier_of(self, card: DeviceCard) -> Identifier: ...
        def action_refresh(self) -> None: ...
        def draw(self) -> None: ...

    def action_watch(self) -> None:
        """Watch the device of the card; while one is watched, stop."""
        if self.stop_watch():
            return
        card = self._card()
        if card is None:
            return
        from tui.services.phone.watching import tell_expectations, watch

        session, identifier, stop = self.desk.session, self._identifier_of(card), StopSign()
        self._watching = self.desk.work.run(
            lambda: watch(session, identifier, interval=INTERVAL, pause=stop.wait),
            owner=self,
            group="watch",
            title=f"Watching {card.mac}",
            job=True,
            control=stop,
        )
        self._watched_mac, self._questions = card.mac, 0
        self._watch_about = tell_expectations(session, card)
        self.watch_line = self._say_watch(f"the server is asked every {INTERVAL:.0f} s")
        self.draw()

    def stop_watch(self) -> bool:
        """Whether a watch was running; it is being stopped."""
        running = self._watching is not None and self._watching.running
        if running and self._watching is not None:
            self._watching.cancel()
        return running

    def took_watch(self, event: Items) -> None:
        """Say what the watch has come to."""
        for each in event.values:
            self._hear(each)

    def _hear(self, event: WatchEvent) -> None:
        if event.moved and self.desk.config.app.bell:
            self.app.bell()
        if event.final:
            self.frame.say(event.message)
            self.end_watch()
            self.action_refresh()
            return
        if event.kind in ("started", "waiting"):
            self._questions += 1
            again = f"asked {self._questions} times, nothing new"
            every = f"the server is asked every {INTERVAL:.0f} s"
            self.watch_line = self._say_watch(again if self._questions > 1 else every)
        else:
            self.watch_line = f"◌ {event.message} · esc or w stops"
        self.draw_watch()

    def _say_watch(self, state: str) -> str:
        return f"◌ Watching {self._watched_mac}: {state} · esc or w stops"

    def forget_watch(self) -> None:
        """Nothing is to be said of a watch any more."""
        self.watch_line = self._watch_about = self._watched_mac = ""

    def end_watch(self) -> None:
        """The watch is over."""
        self.forget_watch()
        self.draw()

    def draw_watch(self) -> None:
        """The state line of the watched card says that it is watched; under another card a line does."""
        known = self.known
        here = known is not None and known.card.found and known.card.mac == self._watched_mac
        if here and self.watch_line:
            self._state(self.watch_line, "doubt")
        self._live(self._watch_about if here else self.watch_line)
        self._make_room()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._make_room)

    def _make_room(self) -> None:
        both = not self.watch_line or self.app.size.height >= ROOM_FOR_BOTH
        self.query_one("#info-heading").display = self.query_one("#info-history").display = both

    def _state(self, text: str, kind: str = "quiet") -> None:
        state = self.query_one("#info-state", Static)
        state.update(Content(mask_credentials(make_inert(text))))
        state.set_classes(kind)

    def _live(self, text: str) -> None:
        live = self.query_one("#info-live", Static)
        live.update(Content(mask_credentials(make_inert(text))))
        live.display = bool(text)
