"""A pattern is compiled when it is first used, and is then what `re.compile` gives."""

from __future__ import annotations

import re

import pytest

from tui.patterns import pattern


def test_it_finds_what_re_finds() -> None:
    ours, theirs = pattern(r"(a)(\d*)", re.IGNORECASE), re.compile(r"(a)(\d*)", re.IGNORECASE)
    text = "A12 b a3"
    assert ours.sub("x", text) == theirs.sub("x", text)
    assert ours.findall(text) == theirs.findall(text)
    assert ours.split(text) == theirs.split(text)
    assert [found.span() for found in ours.finditer(text)] == [
        found.span() for found in theirs.finditer(text)
    ]
    assert (ours.pattern, ours.flags, ours.groups) == (theirs.pattern, theirs.flags, theirs.groups)


def test_it_reads_bytes_too() -> None:
    assert pattern(rb"\d+").search(b"ab12") is not None


def test_a_faulty_source_is_found_at_the_first_use() -> None:
    faulty = pattern("(")
    with pytest.raises(re.error):
        faulty.match("x")
