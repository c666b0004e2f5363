"""What a terminal sends, read as keys, pastes, bursts of text and reports. The time comes from a clock.

The tables of keys are Textual's. The grammar is ECMA-48's, so that a report that nobody knows, or that is
broken, is dropped whole and never typed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from textual import constants, events, messages
from textual.keys import Keys
from textual.message import Message

from tui.app.terminal.bursts import FEW, Burst, Pasted
from tui.app.textual_private import ANSI_SEQUENCES_KEYS, FUNCTIONAL_KEYS, IS_ITERM, XTermParser, read_keys
from tui.patterns import pattern

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
MOST_PASTED: Final = 8_000_000
"""Characters of one paste; a longer one is left out whole."""

QUIET: Final = 0.05
"""Seconds without input after which a paste that has ended, or a burst of text, is taken as complete."""
PASTE_PATIENCE: Final = 10.0
"""Seconds that the rest of a paste is waited for; then it counts as broken off."""
_CLOSING: Final = 5.0  # seconds at most between the end mark of a paste and the quiet behind it
_PIECE: Final = 32  # characters; a shorter read is a key or a report, and no piece of a paste
_STALE: Final = 1.0  # seconds that the rest of a report is waited for
_STRING_PATIENCE: Final = 2.0
_LONGEST: Final = 96  # characters of a report that is looked at; the rest of a longer one is dropped
_LONGEST_STRING: Final = 262_144
_HOLDS_FROM: Final = 4  # characters in one read; fewer are not held back
WAKE: Final = 2.0
"""Seconds behind a paste in which text that comes at once still belongs to it: the end mark that it had may
have been pasted."""
_LONGEST_BURST: Final = 65_536

_MOUSE: Final = pattern(r"\x1b\[<\d{1,5};\d{1,6};\d{1,6}[Mm]")
_RESIZED: Final = pattern(
    r"\x1b\[48;(\d{1,4})(?::\d*)*;(\d{1,4})(?::\d*)*;(\d{1,6})(?::\d*)*;(\d{1,6})(?::\d*)*t"
)
_CURSOR: Final = pattern(r"\x1b\[(\d{1,5});(\d{1,5})R")
_MODE: Final = pattern(r"\x1b\[\?(\d{1,5});(\d)\$y")
_TYPED: Final = pattern(r"\x1b\[(\d{1,7})(?::\d*)*(?:;\d{0,4}(?:;((?:\d{1,7}(?::\d{1,7})*)?))?)?u")
_FUNCTIONAL: Final = pattern(r"\x1b\[(\d{0,5})(?:;\d{1,4})?([~ABCDEFHPQRS])")
_MARKS: Final = pattern(r"\x1b\[20[01]~")
# What programs write where a number is wanted. Each begins with a letter that would end the report.
_NO_NUMBERS: Final = ("nan", "null", "none", "inf", "infinity")
_C1: Final = {"\x8f": "O", "\x90": "P", "\x98": "X", "\x9b": "[", "\x9d": "]", "\x9e": "^", "\x9f": "_"}
_STRINGS: Final = frozenset("]PX^_")


class InputParser:
    """`feed` it what was read, call `tick` once `due` has come; both return the messages."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._keys = XTermParser()
        self._out: list[Message] = []
        self._state: Callable[[str], None] = self._ground
        self._sequence = ""
        self._cut = ""
        """The start of a paste's mark that was given up because nothing followed it in time."""
        self._word = ""
        self._left = 0
        self._run = ""
        self._run_since = 0.0
        self._texts = 0
        self._wake = float("-inf")
        self._paste: list[str] | None = None
        self._paste_size = 0
        self._paste_since = 0.0
        self._tail = ""
        self._closed: float | None = None
        self._too_long = False
        self._due: float | None = None

    @property
    def due(self) -> float | None:
        """The clock's time at which `tick` has something to do; None while nothing is pending."""
        return self._due

    def feed(self, text: str) -> list[Message]:
        """The messages of one read."""
        now = self._clock()
        self._texts = 0
        at = 0
        cut, self._cut = self._cut, ""
        if cut and (cut + text).startswith(PASTE_START):
            text = cut + text
        if self._paste is None and self._goes_on_with_paste(text, now):
            text, self._run = self._run + self._sequence + text, ""
            self._drop()
            self._open_paste(now)
            self._closed = now
        while at < len(text):
            if self._paste is not None:
                self._take_pasted(text[at:], now)
                break
            self._state(text[at])
            at += 1
        self._end_read(now)
        if self._texts > FEW:
            self._out = [self._harden(message) for message in self._out]
        for message in self._out:
            message.time = min(message.time, now)
        return self._give()

    def _goes_on_with_paste(self, text: str, now: float) -> bool:
        """Whether a read belongs to the paste before it, whose end mark was a pasted one: it holds one more,
        or more text than a person types at once."""
        pending = self._run + self._sequence + text
        start, mark = pending.find(PASTE_START), pending.find(PASTE_END)
        if mark >= 0 and not 0 <= start < mark:
            return mark > 0
        text = text if start < 0 else text.partition(PASTE_START)[0]
        if len(text) <= FEW or now >= self._wake or self._state != self._ground or self._run:
            return False
        keys = [m for m in InputParser(self._clock)._read_whole(text) if isinstance(m, events.Key | Burst)]
        return sum(len(key.keys) if isinstance(key, Burst) else key.is_printable for key in keys) > FEW

    def _read_whole(self, text: str) -> list[Message]:
        return [*self.feed(text), *self.flush()]

    def _harden(self, message: Message) -> Message:
        """One key of text, or a few, among other text of the same read: see `Burst`."""
        if isinstance(message, Burst):
            message.hard = True
        elif isinstance(message, events.Key) and message.is_printable:
            return Burst(message.character or "", [message], hard=True)
        return message

    def tick(self) -> list[Message]:
        """The messages that are due because nothing more came."""
        now = self._clock()
        if self._due is None or now < self._due:
            return []
        self._due = None
        if self._paste is not None:
            self._end_paste()
        elif self._run:
            self._flush_run()
        elif self._state != self._ground:
            self._give_up()
        return self._give()

    def _give(self) -> list[Message]:
        out, self._out = self._out, []
        return out

    def _end_read(self, now: float) -> None:
        if self._paste is not None:
            if self._closed is not None:
                self._due = min(now + QUIET, self._closed + _CLOSING)
            return
        if self._run:
            if len(self._run) < _HOLDS_FROM or len(self._run) > _LONGEST_BURST:
                self._flush_run()
            else:
                self._due = min(now + QUIET, self._run_since + 2.0)
                return
        if self._state == self._ground:
            self._due = None
        elif self._state in (self._string, self._string_escape):
            self._due = self._due or now + _STRING_PATIENCE
        else:
            self._due = now + (constants.ESCAPE_DELAY if len(self._sequence) < 3 else _STALE)

    # text

    def _ground(self, char: str) -> None:
        if char == "\x1b":
            self._flush_run()
            self._begin(char, self._escape)
        elif char in _C1:
            self._flush_run()
            self._begin("\x1b", self._escape)
            self._escape(_C1[char])
        elif char.isprintable() or char in "\r\n\t\xa0":
            if not self._run:
                self._run_since = self._clock()
            self._run += char
            self._texts += 1
        elif not "\x80" <= char <= "\x9f":
            self._flush_run()
            self._emit_keys(char)

    def _flush_run(self) -> None:
        run, self._run = self._run, ""
        if len(run) > 1:
            pairs = [(char, key) for char in run for key in self._find_keys(char)[:1]]
            text, keys = "".join(char for char, _ in pairs), [key for _, key in pairs]
            burst = Burst(text, keys)
            burst.time = min(burst.time, self._run_since)
            self._out.append(burst)
        elif run:
            self._emit_keys(run)

    def _find_keys(self, sequence: str, alt: bool = False) -> list[events.Key]:
        known = ANSI_SEQUENCES_KEYS.get(sequence) if len(sequence) > 1 else None
        if isinstance(known, tuple) and not self._is_extended_key(sequence):
            # Textual takes the number of CSI 5 A, ctrl+up of some terminals, for a character.
            return [events.Key(key.value, None) for key in known if key is not Keys.Ignore]
        try:
            keys = read_keys(self._keys, sequence, alt=alt)
        except (ValueError, ArithmeticError):  # a code point, or a number, that there is none of
            return []
        return [key for key in keys if key.key != Keys.Ignore]

    def _emit_keys(self, sequence: str) -> None:
        self._out += self._find_keys(sequence)

    def _emit_alt(self, char: str) -> None:
        for key in self._find_keys(char, alt=True):
            # Textual loses the alt of signs, and would type them.
            lost = char.isprintable() and not key.key.startswith("alt+")
            self._out.append(events.Key(f"alt+{key.key}", None) if lost else key)

    # sequences

    def _begin(self, sequence: str, state: Callable[[str], None]) -> None:
        self._sequence, self._state = sequence, state

    def _drop(self) -> None:
        self._begin("", self._ground)

    def _give_up(self) -> None:
        """Nothing more came: a lone ESC is the key, ESC and one more are alt and a key, the rest goes."""
        sequence = self._sequence
        self._drop()
        self._cut = sequence if PASTE_START.startswith(sequence) else ""
        if sequence == "\x1b":
            self._out.append(events.Key("escape", "\x1b"))
        elif len(sequence) == 2:
            self._emit_alt(sequence[1])

    def _escape(self, char: str) -> None:
        if char == "\x1b":
            self._out.append(events.Key("escape", "\x1b"))
        elif char == "[":
            self._begin("\x1b[", self._control)
        elif char == "O":
            self._begin("\x1bO", self._single)
        elif char in _STRINGS:
            self._due = None
            self._left = _LONGEST_STRING
            self._begin("\x1b" + char, self._string)
        else:
            self._drop()
            if found := self._find_keys("\x1b" + char):
                self._out += found
            elif not "\x80" <= char <= "\x9f":
                self._emit_alt(char)

    def _abort(self, char: str) -> None:
        """A character that no sequence holds: what was begun is dropped with it, but ESC begins anew."""
        self._drop()
        if char == "\x1b":
            self._begin(char, self._escape)

    def _single(self, char: str) -> None:
        if char in "0123456789;" and len(self._sequence) < _LONGEST:
            self._sequence += char
            return
        sequence = self._sequence + char
        self._abort(char)
        if char.isascii() and char.isprintable():
            self._emit_keys(sequence)

    def _control(self, char: str) -> None:
        sequence = self._sequence
        if not " " <= char <= "~":
            self._abort(char)
            return
        if len(sequence) < _LONGEST:
            self._sequence = sequence = sequence + char
        if sequence.startswith("\x1b[<"):
            if char in "Mm":
                self._finish(sequence)
        elif sequence == "\x1b[[" or (char <= "?" and sequence not in ANSI_SEQUENCES_KEYS):
            return
        elif char in "NnIi" and sequence[-2] in "?>=;:-+.[" and sequence != "\x1b[I":
            self._word = char.lower()
            self._state = self._number_word
        elif sequence == "\x1b[M":
            self._left = 3
            self._state = self._old_mouse
        else:
            self._finish(sequence)

    def _number_word(self, char: str) -> None:
        word = self._word + char.lower()
        if any(known.startswith(word) for known in _NO_NUMBERS):
            self._word = word
        elif self._word in _NO_NUMBERS:
            self._state = self._control
            self._control(char)
        else:
            self._drop()
            self._ground(char)

    def _old_mouse(self, _char: str) -> None:
        self._left -= 1
        if not self._left:
            self._drop()

    def _string(self, char: str) -> None:
        self._left -= 1
        if char == "\x1b":
            self._state = self._string_escape
        elif char in "\x07\x18\x1a\x9c" or self._left < 0:
            self._drop()
        elif len(self._sequence) < 3:
            self._sequence += char

    def _string_escape(self, char: str) -> None:
        self._begin("\x1b", self._escape)
        if char == "\\":
            self._drop()
        else:
            self._escape(char)

    def _finish(self, sequence: str) -> None:
        self._drop()
        if sequence == PASTE_START:
            self._open_paste(self._clock())
        elif sequence == "\x1b[I":
            self._out.append(events.AppFocus())
        elif sequence == "\x1b[O":
            self._out.append(events.AppBlur())
        elif found := _RESIZED.fullmatch(sequence):
            self._resize(*map(int, found.groups()))
        elif found := _CURSOR.fullmatch(sequence):
            self._out.append(events.CursorPosition(int(found[2]) - 1, int(found[1]) - 1))
        elif found := _MODE.fullmatch(sequence):
            self._note_mode(found[1], int(found[2]))
        elif sequence.startswith("\x1b[<"):
            if _MOUSE.fullmatch(sequence) and (mouse := self._keys.parse_mouse_code(sequence)) is not None:
                self._out.append(mouse)
        elif sequence in ANSI_SEQUENCES_KEYS or self._is_extended_key(sequence):
            self._emit_keys(sequence)

    @staticmethod
    def _is_extended_key(sequence: str) -> bool:
        # Textual takes an unknown number, in whatever sequence, for the character of that code point.
        if found := _TYPED.fullmatch(sequence):
            texts = [int(part) for part in (found[2] or "").split(":") if part]
            return (int(found[1]) >= 0x20 or int(found[1]) in (9, 13, 27)) and all(t >= 0x20 for t in texts)
        found = _FUNCTIONAL.fullmatch(sequence)
        return found is not None and f"{found[1] or 1}{found[2]}" in FUNCTIONAL_KEYS

    def _resize(self, height: int, width: int, pixel_height: int, pixel_width: int) -> None:
        if not (height and width and pixel_height and pixel_width):
            return
        event = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
        self._keys.terminal_size, self._keys.terminal_pixel_size = event.size, event.pixel_size
        self._keys.mouse_pixels = True
        self._out.append(event)

    def _note_mode(self, mode: str, setting: int) -> None:
        if mode == "2026" and setting:
            self._out.append(messages.TerminalSupportsSynchronizedOutput())
        elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
            self._out.append(messages.InBandWindowResize.from_setting_parameter(setting))

    # pastes

    def _open_paste(self, now: float) -> None:
        self._paste, self._paste_size, self._tail = [], 0, ""
        self._paste_since, self._closed, self._too_long = now, None, False
        self._due = now + PASTE_PATIENCE

    def _take_pasted(self, text: str, now: float) -> None:
        """All of `text` is data. An end mark ends the paste only if quiet follows it: one that was pasted is
        followed by the rest, at the end of which stands the real one."""
        assert self._paste is not None
        self._paste.append(text)
        self._paste_size += len(text)
        if self._paste_size > MOST_PASTED:
            self._too_long = True
            self._paste, self._paste_size = [text[-len(PASTE_END) :]], 0
        if PASTE_END in self._tail + text:
            self._closed = now
        self._tail = (self._tail + text)[-len(PASTE_END) + 1 :]
        if self._closed is None and len(text) >= _PIECE:
            self._due = now + PASTE_PATIENCE

    def _end_paste(self) -> None:
        whole = "".join(self._paste or ())
        self._paste = None
        text, mark, rest = whole.rpartition(PASTE_END)
        if not mark:
            text, rest = whole, ""
        others = InputParser(self._clock)
        behind = others._read_whole(rest) if rest else []
        input_lost = any(isinstance(message, events.InputEvent | events.Paste) for message in behind)
        remark = ""
        if self._too_long:
            text = ""
            remark = (
                f"The paste has more than {MOST_PASTED:,} characters and was left out. "
                "Put the text into a file and import that."
            )
        elif self._closed is None:
            remark = "The end of the paste did not arrive: what came is here, and may not be all."
        elif input_lost:
            remark = "What arrived together with the paste, right behind it, was left out."
        if self._closed is not None:
            self._wake = self._clock() + WAKE
        pasted = Pasted(_MARKS.sub("", text).replace("\0", ""), remark)
        pasted.time = min(pasted.time, self._paste_since)
        self._out.append(pasted)
        self._out += [m for m in behind if not isinstance(m, events.InputEvent | events.Paste)]

    def flush(self) -> list[Message]:
        """What is pending, taken as it is because nothing more will come; a paste without its end is data."""
        if self._paste is not None:
            self._end_paste()
        self._flush_run()
        self._drop()
        self._due = None
        return self._give()
