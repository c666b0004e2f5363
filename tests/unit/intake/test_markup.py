"""XML declared wrongly, not at all, or in the middle of other text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import InputError
from tui.intake.records.markup import explain_markup, read_markup
from tui.services.files.call_file import read_calls

BODY = (
    "<methodCall>\n<methodName>autoprov.registerDevice</methodName>\n<params>"
    "<param><value>7C2F80A10001-1A2B</value></param><param><value>http://p/%MACD</value></param>"
    "<param><value>Müller</value></param></params>\n</methodCall>"
)


def document(declared: str, codec: str, head: str = "") -> bytes:
    said = f' encoding="{declared}"' if declared else ""
    return (head + f'<?xml version="1.0"{said}?>\n' + BODY).encode(codec)


@pytest.mark.parametrize(
    ("declared", "codec", "word"),
    [
        ("", "utf-8", ""),
        ("utf8", "utf-8", ""),
        ("ISO-8859-1", "latin-1", ""),
        ("windows-1252", "cp1252", ""),
        ("", "latin-1", "not UTF-8"),
        ("UTF-8", "latin-1", "not UTF-8"),
        ("utf-16", "utf-8", "declared as utf-16"),
        ("utf-16", "utf-8-sig", "declared as utf-16"),
        ("utf-8", "utf-16", "declared as utf-8"),
        ("ISO-8859-1", "utf-8", "declared as ISO-8859-1"),
        ("klingon", "utf-8", "declared as klingon"),
    ],
)
def test_the_letters_are_right_whatever_is_declared_and_a_contradiction_is_said(
    declared: str, codec: str, word: str
) -> None:
    (call,) = read_calls(document(declared, codec))
    assert call.target is not None
    assert call.target.provider == "Müller"
    assert word in (call.corrected or "")
    assert bool(call.corrected) == bool(word)


@pytest.mark.parametrize(
    "head", ["\r\n\r\n", "---SENDING---\nPOST / HTTP/1.0\nAuthorization: Basic c2VjcmV0\n\n"]
)
def test_what_stands_around_is_passed_over_and_lines_stay(head: str) -> None:
    data = document("", "utf-8", head) + (b"\n---END---" if "POST" in head else b"")
    (call,) = read_calls(data)
    assert call.sendable
    assert "c2VjcmV0" not in repr(read_markup(data))
    assert read_markup(data).text.split("7C2F80")[0].count("\n") == data.split(b"7C2F80")[0].count(b"\n")


@pytest.mark.parametrize(
    ("name", "word", "hint"),
    [
        ("M&uuml;ller", "&uuml;, which HTML knows", "Write ü or &#252; instead."),
        ("A & B", "an & stands alone on line 4", "Write &amp; instead of &."),
    ],
)
def test_a_known_slip_is_named_with_what_to_write(name: str, word: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_calls(document("", "utf-8").replace("Müller".encode(), name.encode()))
    assert word in caught.value.detail
    assert caught.value.hint == hint


def test_nothing_of_a_document_type_is_expanded() -> None:
    plain = document("", "utf-8").replace(b"?>\n", b'?>\n<!DOCTYPE methodCall SYSTEM "x.dtd">\n')
    (call,) = read_calls(plain)
    assert "passed over" in (call.corrected or "")
    with pytest.raises(InputError):
        read_calls(plain.replace(b' SYSTEM "x.dtd"', b' [<!ENTITY a "b">]'))


def test_a_multicall_is_each_of_its_calls() -> None:
    inner = (
        "<value><struct><member><name>methodName</name><value>autoprov.checkDevice</value></member>"
        "<member><name>params</name><value><array><data><value>7C2F80A1000{}</value></data></array></value>"
        "</member></struct></value>"
    )
    calls = read_calls(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>"
        + inner.format(1)
        + inner.format(2)
        + "</data></array></value></param></params></methodCall>"
    )
    assert [call.title for call in calls] == ["Check 7C2F80A10001", "Check 7C2F80A10002"]


@given(st.text("<>&;![]CDATA-amp ü\n", max_size=80))
def test_any_text_is_explained_or_not(text: str) -> None:
    detail, hint, _ = explain_markup(text)
    assert detail or not hint
