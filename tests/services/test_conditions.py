"""Conditions on listed devices, spelled in words."""

import pytest

from tui.errors import UsageError
from tui.services.devices.conditions import Marks, read_conditions

ROWS = [
    ("7C2F80000001", "Daryna", "http://prov.one.example/%MACD.xml", "2026-07-31 23:59"),
    ("7C2F80000002", "Daryna West", "https://u:p@prov.one.example:8443/x", "2026-08-01"),
    ("7C2F80000003", "Other", "http://one.example.evil/%MACD.xml", ""),
    ("7C2F80000004", "other", "http://[2001:db8::1]/x", "some day"),
]


def find(text: str, marks: Marks | None = None, **more: object) -> str:
    kept = read_conditions(text, **more).keep(ROWS, marks or Marks())  # type: ignore[arg-type]
    return "".join(row[0][-1] for row in kept)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "1234"),
        ("provider:daryna", "1"),
        ('provider:"Daryna West"', "2"),
        ("provider:daryna*", "12"),
        ("provider:Daryna provider:OTHER", "134"),
        ("host:one.example", "12"),
        ("host:PROV.one.example.", "12"),
        ("host:prov.one.example:8443", "2"),
        ("host:[2001:db8::1]", "4"),
        ("host:ne.example", ""),
        ("before:2026-08", "1"),
        ("before:2026-08-02", "12"),
        ("before:2027", "12"),
        ("never", "3"),
        ("before:2026-08 never", "13"),
        ("provider:other never", "3"),
        ("mine", "2"),
        ("changed", "4"),
        ("mine changed", ""),
        ("7c:2f:80:00:00:03", "3"),
        ("xml provider:other", "3"),
        ("http://prov", "1"),
        ('"never"', ""),
    ],
)
def test_words_choose_rows(text: str, found: str) -> None:
    assert find(text, Marks({"7C2F80000002"}, {"7C2F80000004"})) == found


def test_options_mean_what_the_words_mean() -> None:
    assert find("", before="2026-08") == find("before:2026-08")
    assert find("", never=True, before="2026-08") == find("before:2026-08 never")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("before:2026-13", "Not a day"),
        ("before:yesterday", "Not a day"),
        ("before:", "before:"),
        ("provider: Daryna", "provider:VALUE"),
        ("provder:Daryna", "Did you mean provider:?"),
        ('provider:"Daryna', "quotation mark"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_conditions(text)
    assert words in raised.value.describe()


def test_a_mask_hides_credentials_from_the_search() -> None:
    assert find("u:p") == ""
