"""What a terminal sends is read as what it is: no byte of a paste, of a broken report or of an unknown one
becomes a key."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.message import Message

from tui.app.terminal import input as terminal_input
from tui.app.terminal.bursts import FEW, Burst, Pasted
from tui.app.terminal.input import PASTE_END, PASTE_PATIENCE, PASTE_START, WAKE, InputParser


class Line:
    """A terminal line: what is sent in which read, and how long nothing comes."""

    def __init__(self) -> None:
        self.now = 100.0
        self.parser = InputParser(lambda: self.now)
        self.messages: list[Message] = []

    def read(self, *pieces: str) -> Line:
        for piece in pieces:
            self.now += 0.001
            self.messages += self.parser.feed(piece)
        return self

    def wait(self, seconds: float = 60.0) -> Line:
        end = self.now + seconds
        while self.parser.due is not None and self.parser.due <= end:
            self.now = max(self.now, self.parser.due)
            self.messages += self.parser.tick()
        self.now = end
        return self

    @property
    def keys(self) -> list[str]:
        """All keys, those of bursts too."""
        found: list[str] = []
        for message in self.messages:
            if isinstance(message, events.Key):
                found.append(message.key)
            elif isinstance(message, Burst):
                found += [key.key for key in message.keys]
        return found

    @property
    def pastes(self) -> list[str]:
        return [message.text for message in self.messages if isinstance(message, Pasted)]


def split(text: str, at: list[int]) -> list[str]:
    cuts = sorted({0, len(text), *(cut % (len(text) + 1) for cut in at)})
    return [text[start:end] for start, end in pairwise(cuts)]


NASTY = st.lists(
    st.sampled_from(
        [
            *(
                "hello",
                " dy",
                "\x1b",
                "\x1b[B",
                "\x1b[A",
                "\r",
                "\n",
                "\t",
                "\x03",
                "\x11",
                "\x18",
                "\x9b",
                "d",
            ),
            *("y", "\x1b[200~", "\x1b]0;x\x07", "\x1bP", "\x1b[<0;3;4M", "\x1b[20", "1~", "[201~", "ü", "\0"),
        ]
    )
    | st.text(max_size=3),
    max_size=12,
).map("".join)


@given(NASTY, st.lists(st.integers(0, 200), max_size=6))
def test_no_byte_of_a_paste_becomes_a_key_however_it_is_split(text: str, cuts: list[int]) -> None:
    line = Line().read(*split(PASTE_START + text + PASTE_END, cuts)).wait()
    assert line.keys == []
    assert "".join(line.pastes) == re.sub(r"\x1b\[20[01]~", "", text).replace("\0", "")


@given(NASTY, NASTY, st.lists(st.integers(0, 200), max_size=4))
def test_an_end_mark_that_was_pasted_does_not_end_the_paste(first: str, rest: str, cuts: list[int]) -> None:
    line = Line().read(*split(PASTE_START + first + PASTE_END + rest + PASTE_END, cuts)).wait()
    assert line.keys == []
    assert len(line.pastes) == 1


@given(NASTY, NASTY)
def test_what_comes_in_one_read_with_a_paste_presses_no_key(text: str, rest: str) -> None:
    line = Line().read(PASTE_START + text + PASTE_END + rest).wait()
    assert line.keys == []
    assert not any(isinstance(message, events.MouseEvent) for message in line.messages)


def test_the_keys_behind_a_paste_are_named_as_left_out() -> None:
    line = Line().read(PASTE_START + "hello" + PASTE_END + " dy").wait()
    (paste,) = line.messages
    assert isinstance(paste, Pasted)
    assert "left out" in paste.remark
    assert line.read("j").keys == ["j"]


@given(NASTY)
def test_a_paste_that_never_ends_is_data_until_its_patience_is_over(text: str) -> None:
    line = Line().read(PASTE_START + text.replace(PASTE_END, "")).wait(PASTE_PATIENCE * 0.9)
    assert line.messages == []
    line.wait()
    assert line.keys == []
    assert [message.remark[:20] for message in line.messages if isinstance(message, Pasted)] == [
        "The end of the paste"
    ]
    line.read("d").wait()
    assert line.keys == ["d"]


def test_a_paste_without_bounds_is_left_out_and_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_input, "MOST_PASTED", 1000)
    line = Line().read(PASTE_START, *["x" * 100] * 50, PASTE_END).wait()
    assert line.pastes == [""]
    assert line.keys == []


SIGNS = "".join(map(chr, range(0x20, 0x7F)))
PARAMETERS = st.text("0123456789;:<=>?", max_size=12)


@given(PARAMETERS, st.text(" !\"#%&'()*+,-./", max_size=2), st.sampled_from(SIGNS[0x20:]))
def test_a_control_sequence_types_nothing_whatever_it_holds(params: str, between: str, final: str) -> None:
    sequence = f"\x1b[{params}{between}{final}"
    if sequence in (PASTE_START, PASTE_END) or sequence.startswith("\x1b[["):
        return
    typed = [key for key in Line().read(sequence).wait().keys if len(key) == 1]
    # The kitty protocol sends characters as sequences, as it should.
    assert typed == [] or (final == "u" and not between and sequence not in ANSI_SEQUENCES_KEYS)


NUMBERS = st.sampled_from(
    ["NaN", "-nan", "inf", "Infinity", "-1", "1.5", "1e9", "9" * 40, "", "null", "0", "12"]
)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from("Mm"), st.sampled_from(["<", ""]))
def test_a_mouse_report_with_broken_numbers_is_dropped(a: str, b: str, c: str, end: str, mark: str) -> None:
    if not mark and ("1e9" in (a, b, c) or a in ("Infinity", "inf")):
        return  # without its mark it ends at the e, as any program must read it, or says that the focus came
    line = Line().read(f"\x1b[{mark}{a};{b};{c}{end}").wait()
    assert line.keys == []
    line.read("x")
    assert line.keys == ["x"]


@pytest.mark.parametrize(
    "sent",
    [
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        "\x1b]lA title; d y\x1b\\",
        "\x1bP>|kitty(0.35)\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b^private\x1b\\",
        "\x1bP1$r0m\x9c",
        "\x9b<NaN;1;1M",
        "\x1b[M !!",
        "\x1b[?62;c",
        "\x1b[48;99999;99999;0;0t",
        "\x1b[48;0;0;0;0t",
        "\x1b[999999999;;999999999u",
        "\x1bO5~",
        "\x1bO\x9f",
        "\x1b[<0;1",
        "\x1b[12",
        "\x1b]0;no end",
        "\x1bP no end",
        "\x1b[" + "1;" * 400 + "A",
        "\x1b[<" + "1" * 5000 + "M",
        "\x1b[201~",
    ],
)
def test_answers_and_unfinished_sequences_are_dropped(sent: str) -> None:
    line = Line().read(*sent).wait()
    assert line.keys == []
    assert line.read("x").keys == ["x"]
    whole = Line().read(sent).wait()
    assert whole.keys == []
    assert whole.read("x").keys == ["x"]


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_nothing_that_a_terminal_sends_ends_the_reader(text: str, cuts: list[int]) -> None:
    Line().read(*split(text, cuts)).wait().read("\x1b").wait()


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b", ["escape"]),
        ("\x1b[A", ["up"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[[A", ["f1"]),
        ("\x1b[15~", ["f5"]),
        ("\x1b[23$", ["f23"]),
        ("\x1b[5A", ["ctrl+up"]),
        ("\x1b[25~", ["f13"]),
        ("\x1b[1;5C", ["ctrl+right"]),
        ("\x1b[Z", ["shift+tab"]),
        ("\x1bx", ["alt+x"]),
        ("\x1b[", ["alt+left_square_bracket"]),
        ("\x1b[97;;97u", ["a"]),
        ("\x1b[57399;;48u", ["0"]),
        ("\x7f", ["backspace"]),
        ("\r", ["enter"]),
        ("\x11", ["ctrl+q"]),
        ("ü", ["ü"]),
    ],
)
def test_keys_are_keys(sent: str, keys: list[str]) -> None:
    assert Line().read(sent).wait().keys == keys
    assert Line().read(*sent).wait().keys == keys


@pytest.mark.parametrize("texts", ["98::99", ":98", "98:", "1" * 80, "1234567:" * 10])
def test_a_key_report_with_texts_that_are_none_types_nothing_and_is_read_at_once(texts: str) -> None:
    line = Line().read(f"\x1b[97;;{texts}u", f"\x1b[97;;{texts}~").wait()
    assert line.keys == []
    assert line.read("x").keys == ["x"]


def test_the_mouse_focus_and_modes_are_reported() -> None:
    line = Line().read("\x1b[<0;3;4M\x1b[I\x1b[O\x1b[?2026;2$y\x1b[48;24;80;480;800t\x1b[5;7R")
    assert [type(message).__name__ for message in line.messages] == [
        *(
            "MouseDown",
            "AppFocus",
            "AppBlur",
            "TerminalSupportsSynchronizedOutput",
            "Resize",
            "CursorPosition",
        )
    ]


@given(st.text(SIGNS, min_size=2, max_size=40))
def test_text_of_one_read_is_one_burst(text: str) -> None:
    line = Line().read(text).wait()
    (burst,) = line.messages
    assert isinstance(burst, Burst)
    assert burst.text == text


def test_a_scan_that_is_split_over_reads_is_one_burst() -> None:
    line = Line().read("7C2F80", "820EC0-", "55DF\r").wait()
    assert [message.text for message in line.messages if isinstance(message, Burst)] == [
        "7C2F80820EC0-55DF\r"
    ]


def acted(text: str, *, typing_after: str = "") -> str:
    """The keys of one read that act outside a text field, which `typing_after` leads into."""
    done = ""
    for message in Line().read(text).wait().messages:
        if isinstance(message, events.Key):
            done += message.character or ""
            continue
        assert isinstance(message, Burst)
        typing = False
        while message.keys:
            if not typing and not message.are_keys:
                if not message.is_one_key:
                    break
                message.drop_the_rest()
            key = message.take_first(typing).character or ""
            done += key
            typing = typing or key == typing_after
    return done


@pytest.mark.parametrize(
    "text", ["jj", "3", "/", "jjjjjjjj", "jjkj", "gj", " j j", "3jj", "\r", "j\r", "\r\r", "\tj", "d"]
)
def test_what_a_fast_person_types_is_keys(text: str) -> None:
    assert acted(text) == text


@pytest.mark.parametrize("text", ["3/voxtra", "/daryna\r", "3/dy"])
def test_the_way_to_the_search_takes_the_text_with_it(text: str) -> None:
    assert acted(text, typing_after="/") == text


@pytest.mark.parametrize("text", ["dy", "dddd", "dddddddd", "d\r", "ry", "zy", "dyay", "n\r", "1\r", "ee\r"])
def test_of_few_other_keys_the_first_alone_acts(text: str) -> None:
    assert acted(text) == text[0]


@pytest.mark.parametrize(
    "text", ["hello dy", "7C2F80820EC0", "d\ry\ry", "hello\x01dy", "d\x01hello", "hello\x01d", "dy\x01dyd"]
)
def test_text_that_no_person_types_at_once_is_no_keys(text: str) -> None:
    assert acted(text).strip("\x01") == ""


def test_the_rest_of_a_read_that_left_its_field_only_moves() -> None:
    for rest, keys in (("jj", "jj"), ("dy", ""), ("\r", ""), ("d", "")):
        (burst,) = Line().read("abc\r" + rest).wait().messages
        assert isinstance(burst, Burst)
        for _ in range(4):
            burst.take_first(True)
        assert burst.are_keys == bool(keys)
        assert not burst.is_one_key
        assert not burst.is_text


def test_every_message_bears_the_time_of_its_read() -> None:
    line = Line().read("d\x1b[Byyyy")
    read_at = line.now
    line.wait()
    assert [message.time for message in line.messages] == [read_at] * len(line.messages)


@given(NASTY, NASTY, st.lists(st.integers(0, 200), max_size=6))
def test_behind_a_pasted_end_mark_and_a_stall_at_most_a_few_keys_of_a_read_are_left(
    first: str, rest: str, cuts: list[int]
) -> None:
    """The terminal stalls anywhere in a paste that holds an end mark: what follows is data too, but for what
    a person may have typed meanwhile, and that never answers a question (`Sheet.refuses`)."""
    line = Line().read(PASTE_START)
    for piece in split(first + PASTE_END + rest + PASTE_END, cuts):
        line.messages.clear()
        line.read(piece).wait(0.2)
        typed = [
            m for m in line.messages if isinstance(m, Burst) or (isinstance(m, events.Key) and m.is_printable)
        ]
        # A longer text is taken for a paste by the app, unless it only moves.
        count = sum(m.is_one_key and not m.are_keys if isinstance(m, Burst) else 1 for m in typed)
        assert count <= FEW, (piece, typed)


def test_text_behind_a_pasted_end_mark_stays_a_paste_although_the_line_stalls() -> None:
    line = Line().read(PASTE_START + "hello" + PASTE_END).wait(0.3)
    line.read("\x1b[B and more").wait(0.3).read(" dy" + PASTE_END).wait(0.3)
    assert line.keys == []
    assert line.pastes == ["hello", "\x1b[B and more", " dy"]


def test_a_scan_and_keys_some_seconds_behind_a_paste_are_what_they_are() -> None:
    line = Line().read(PASTE_START + "hello" + PASTE_END).wait(WAKE + 0.1)
    assert len(line.read("7C2F80820EC0-55DF\r").wait().keys) == 18
    soon = Line().read(PASTE_START + "hello" + PASTE_END).wait(0.1)
    assert soon.read("\r").read("jj").read("\x1b[A\x1b[A").wait().keys == ["enter", "j", "j", "up", "up"]


@pytest.mark.parametrize("at", range(1, len(PASTE_START)))
def test_a_start_mark_in_which_the_line_stalls_begins_a_paste(at: int) -> None:
    line = Line().read(PASTE_START[:at]).wait(3.0).read(PASTE_START[at:] + " dy" + PASTE_END).wait()
    assert line.pastes == [" dy"]
    assert [key for key in line.keys if len(key) == 1] == []
