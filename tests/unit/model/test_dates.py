"""The server's date is kept as text, read where its shape is known, and sorted safely."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.text.dates import parse_server_date, sort_key


def moment_of(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2015-11-17", moment_of(2015, 11, 17), "day"),
        ("2015-11-17 04:01", moment_of(2015, 11, 17, 4, 1), "minute"),
        ("2015-11-17 04:01:59", moment_of(2015, 11, 17, 4, 1, 59), "second"),
        ("2015-11-17T04:01", moment_of(2015, 11, 17, 4, 1), "minute"),
    ],
)
def test_the_known_shapes_are_read(text: str, moment: datetime, precision: str) -> None:
    date = parse_server_date(text)
    assert (date.moment, date.precision, date.raw) == (moment, precision, text)


@pytest.mark.parametrize(
    "text",
    [
        "17.11.2015",
        "2015-02-30",
        "2015-13-01",
        "0000-00-00 00:00",
        "2015-11-17 25:00",
        "soon",
        "２０１５-11-17",
    ],
)
def test_other_shapes_are_kept_without_a_moment(text: str) -> None:
    date = parse_server_date(text)
    assert date.raw == text
    assert date.moment is None
    assert not date.never


@pytest.mark.parametrize("text", ["", "  "])
def test_only_an_empty_date_means_never(text: str) -> None:
    assert parse_server_date(text).never


def test_never_sorts_first_then_the_unreadable_then_by_time() -> None:
    dates = ["2015-11-17 04:01", "soon", "2015-11-17", "", "2014-11-27 14:23"]
    assert sorted(dates, key=sort_key) == ["", "soon", "2014-11-27 14:23", "2015-11-17", "2015-11-17 04:01"]


@given(st.datetimes(min_value=moment_of(1900, 1, 1)), st.datetimes(min_value=moment_of(1900, 1, 1)))
def test_dates_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert (sort_key(str(one)) < sort_key(str(other))) == (one < other)


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert parse_server_date(text).key == sort_key(text)
