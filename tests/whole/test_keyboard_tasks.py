"""Whole tasks in a real terminal of 80x24, by keyboard alone, on the demo."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.person import Person

REGISTRATION = Path(__file__).parent / "registration.xml"


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    with Person("--demo", home=tmp_path / "home") as someone:
        someone.see("MAC-ID")
        yield someone


ALT_2, ALT_3, ALT_4 = "\x1b2", "\x1b3", "\x1b4"


def test_look_up_a_phone_from_inside_a_field_of_another_tab(person: Person) -> None:
    person.keys(ALT_2)
    person.see("look up")
    person.type("7C2F80820EC0-55DF")
    person.keys("enter")
    person.see("Record stored")
    person.see("http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml")
    assert "Daryna" in person.text


def test_register_a_new_device_with_a_preset(person: Person) -> None:
    person.type("7C2F80208295-1910")
    person.keys("f4")
    person.see("(?i)preset")
    person.keys("enter")
    person.see(r"xml/7C2F80208295\.xml|7C2F80208295")
    person.keys("enter")
    person.see("stored")
    assert "191001882432" not in person.text


def test_paste_a_list_and_register_it(person: Person) -> None:
    """The box goes and the rows come while the screen paints: only a real terminal paints in between."""
    person.keys("f7")
    person.see("Paste MACs")
    person.paste(
        "mac,url,provider\n"
        "7C2F80208295-1910,http://p.example/%MACD.xml,Acme\n"
        "7C2F80208296-1911,http://p.example/%MACD.xml,Acme\n"
    )
    person.see("7C2F80208296")
    person.keys("r")
    person.see("y register")
    person.keys("y")
    person.see("2 stored")
    person.keys("f7")
    person.see("Paste MACs")
    person.paste("<html>\n<body>login</body></html>\n")
    person.see("✗")
    person.keys("escape")
    person.see("2 stored")


def test_mark_three_by_search_and_deregister_them(person: Person) -> None:
    person.keys(ALT_3)
    person.see(r"200 devices +list from")
    person.keys("/")
    person.type("voxtra")
    person.see(r"\d+ shown of 200")
    person.keys("enter", "space", "down", "space", "down", "space")
    person.see("3 marked")
    person.keys("d")
    person.see("(?i)deregister 3")
    person.keys("y")
    person.see("(?i)3 (devices )?(removed|deregistered)|removed.*3")
    person.keys("escape", "escape")
    person.see("197")


def test_upload_the_vendors_registration(person: Person) -> None:
    person.keys(ALT_4)
    person.see("(?i)file")
    person.type(str(REGISTRATION))
    person.keys("enter")
    person.see("registerDevice")
    person.keys("enter")
    person.see("mac_already_in_use:7C2F80820EC0")


def test_the_demo_leaves_no_file_behind(person: Person, tmp_path: Path) -> None:
    person.type("7C2F80208295-1910")
    person.keys("f4", "enter", "enter")
    person.see("stored")
    person.send(b"\x11")
    person.wait_for_end()
    assert not (tmp_path / "home").exists() or not any(
        path.is_file() for path in (tmp_path / "home").rglob("*")
    )


def test_a_scan_outside_a_field_opens_the_device(person: Person) -> None:
    person.keys(ALT_3)
    person.see(r"200 devices +list from")
    person.paste("7C2F80820EC0-55DF")
    person.see("Record stored")


def test_a_paste_into_a_field_is_written_there_and_a_list_is_checked(person: Person) -> None:
    person.see("sandbox")
    person.keys("tab")
    person.paste("http://pasted.example/%MACD.xml")
    person.see(r"URL +http://pasted\.example/%MACD\.xml")
    person.keys("backtab")
    person.paste("7C2F80208295-1910\n7C2F80208296-1911")
    person.see("(?i)check and register")
    person.see("2 to mend")


def test_the_terminal_is_given_back_as_it_was(person: Person) -> None:
    person.send(b"\x11")
    person.wait_for_end()
    assert b"\x1b[?1049l" in person.written
    assert b"\x1b[?25h" in person.written
