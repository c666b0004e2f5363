"""listDevices read as a stream: both readers must agree on every input and every chunking."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.errors import Fault, RedirectoryError, Unreadable
from tui.model.device import DeviceRow
from tui.model.text.inert import is_inert
from tui.wire.xmlrpc import codec, fast_rows
from tui.wire.xmlrpc.stream import RowReader
from tui.wire.xmlrpc.values import Limits

ROW: DeviceRow = (
    "7C2F80820EC0",
    "Daryna",
    "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml",
    "2015-11-17 04:01",
)
OTHER: DeviceRow = ("7C2F80807872", "Nord & <Süd>", "http://a.example/?x=1&y=2", "")


def read(
    body: bytes, size: int = 64 * 1024, *, fast: bool = True, limits: Limits | None = None
) -> list[DeviceRow]:
    reader = RowReader(fast=fast, limits=limits or Limits())
    rows: list[DeviceRow] = []
    for start in range(0, len(body), size):
        rows += reader.feed(body[start : start + size])
    return rows + reader.close()


def verdict(body: bytes, size: int, fast: bool) -> object:
    try:
        return read(body, size, fast=fast)
    except RedirectoryError as error:
        return type(error)


def written(rows: list[DeviceRow], typed: bool = False) -> bytes:
    return b"".join(codec.encode_list_answer(rows, typed=typed))


def whole(inner: str) -> bytes:
    head = "<methodResponse><params><param><value><array><data>"
    return f"{head}{inner}</data></array></value></param></params></methodResponse>".encode()


def cells(*values: str) -> str:
    return "<value><array><data>" + "".join(values) + "</data></array></value>"


# --- rows


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("size", [1, 7, 100, 65536])
def test_rows_come_out_as_they_went_in_at_any_chunking(typed: bool, size: int) -> None:
    rows = [ROW, OTHER] * 20
    assert read(written(rows, typed), size) == rows


def test_an_empty_list_has_no_rows() -> None:
    assert read(written([])) == []
    assert read(whole("").replace(b"<data></data>", b"<data/>")) == []


def test_rows_are_handed_on_before_the_answer_is_complete() -> None:
    reader = RowReader()
    body = written([ROW] * 10)
    assert reader.feed(body[: len(body) // 2])


def test_equal_providers_and_urls_are_one_object() -> None:
    rows = read(written([ROW] * 500), 999)
    assert len({id(row[1]) for row in rows}) == len({id(row[2]) for row in rows}) == 1


@pytest.mark.parametrize("fast", [True, False])
def test_foreign_text_in_rows_is_inert(fast: bool) -> None:
    rows = read(written([("7C2F80820EC0", "a\nb\u202e", "http://x/\x9b\u2028", "2015-11-17")]), fast=fast)
    assert rows == [("7C2F80820EC0", "a␊b\ufffd", "http://x/\ufffd\ufffd", "2015-11-17")]


@pytest.mark.parametrize("size", [1, 3, 50, 700, 65536])
@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("typed", [True, False])
def test_one_bad_row_costs_neither_itself_nor_the_others(size: int, fast: bool, typed: bool) -> None:
    hurt = ("7C2F80820EC0", "A\t#B", "http://x/", "2015-11-17")
    body = written([ROW] * 20 + [hurt] + [OTHER] * 20, typed)
    for bad, sign in {
        b"\x1b[2J": "␛[2J",
        b"&#27;[2J": "␛[2J",
        b"&#x1B;]52;c;": "␛]52;c;",
        b"\x00": "␀",
        b"M\xfcller": "M\ufffdller",
        b"\xc3": "\ufffd",
        b"\xef\xbf\xbf": "\ufffd",
    }.items():
        rows = read(body.replace(b"#", bad), size, fast=fast)
        assert rows == [ROW] * 20 + [(hurt[0], f"A␉{sign}B", *hurt[2:])] + [OTHER] * 20


def test_a_mac_in_another_spelling_is_normalised_and_what_is_no_mac_is_kept() -> None:
    rows = read(written([("7c:2f:80:82:0e:c0", "p", "u", ""), ("not a mac", "p", "u", "")]))
    assert [row[0] for row in rows] == ["7C2F80820EC0", "not a mac"]


def test_url_and_date_are_told_apart_by_shape() -> None:
    swapped = (ROW[0], ROW[1], ROW[3], ROW[2])
    assert read(written([ROW, swapped, ROW])) == [ROW] * 3


def test_a_boolean_before_the_rows_is_passed_over() -> None:
    body = whole("<value><boolean>1</boolean></value>" + cells(*(f"<value>{cell}</value>" for cell in ROW)))
    assert read(body) == [ROW]


# --- what is not a list


@pytest.mark.parametrize("fast", [True, False])
def test_a_fault_is_raised_when_the_answer_ends(fast: bool) -> None:
    with pytest.raises(Fault) as caught:
        read(codec.encode_fault(3, "No such handler: autoprov.listDevices"), fast=fast)
    assert caught.value.code == 3


@pytest.mark.parametrize("fast", [True, False])
def test_a_refusal_is_raised_as_a_fault_with_the_servers_word(fast: bool) -> None:
    with pytest.raises(Fault) as caught:
        read(codec.encode_response([False, "name_invalid:Daryna"]), fast=fast)
    assert caught.value.text == "name_invalid:Daryna"


@pytest.mark.parametrize(
    "body",
    [
        codec.encode_response("a text"),
        codec.encode_response({"a": "struct"}),
        codec.encode_response([["7C2F80820EC0", "only three", "cells"]]),
        codec.encode_response([[True, "a", "b", "c"]]),
        codec.encode_response([[["nested"], "a", "b", "c"]]),
        codec.encode_response(["7C2F80820EC0", "flat", "not", "rows"]),
        codec.encode_response([False, *(list[codec.Value](ROW) for _ in range(3))]),
        written([ROW] * 3)[:-20],
        written([ROW] * 3) + b"<x/>",
        written([ROW] * 3).replace(b"Daryna", b"Dar]]>yna", 1),
    ],
)
@pytest.mark.parametrize("fast", [True, False])
def test_what_is_not_a_list_of_rows_is_unreadable(body: bytes, fast: bool) -> None:
    with pytest.raises(Unreadable):
        read(body, fast=fast)


def test_the_row_with_another_shape_is_named_by_number() -> None:
    with pytest.raises(Unreadable) as caught:
        read(codec.encode_response([list(ROW), list(ROW), ["x"]]))
    assert "row 3" in caught.value.detail


# --- the two readers agree


def test_the_fast_path_takes_the_usual_layouts(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = fast_rows.FastRows.take

    def counted(self: fast_rows.FastRows, data: bytes) -> tuple[list[DeviceRow], bytes, bool]:
        result = take(self, data)
        taken.append(len(result[0]))
        return result

    monkeypatch.setattr(fast_rows.FastRows, "take", counted)
    pretty = "\n" + cells(*(f"\n  <value>\n <string>{cell}</string>\n </value>" for cell in ROW))
    for body in (written([ROW] * 50), written([ROW] * 50, typed=True), whole(pretty * 50)):
        taken.clear()
        assert read(body, 1000) == [ROW] * 50
        assert sum(taken) == 50


def test_a_layout_that_changes_midway_is_learned_anew() -> None:
    plain = cells(*(f"<value>{cell}</value>" for cell in ROW))
    spaced = "\n" + cells(*(f" <value> <string>{cell}</string></value>" for cell in ROW))
    assert read(whole(plain * 30 + spaced * 30 + plain * 30), 700) == [ROW] * 90


def test_one_odd_row_goes_to_the_strict_reader_and_the_fast_path_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[int] = []
    inner = fast_rows.FastRows._rows

    def counted(self: fast_rows.FastRows, region: bytes) -> list[DeviceRow] | None:
        rows = inner(self, region)
        taken.append(-1 if rows is None else len(rows))
        return rows

    monkeypatch.setattr(fast_rows.FastRows, "_rows", counted)
    plain = cells(*(f"<value>{cell}</value>" for cell in ROW))
    odd = cells(
        f"<value>{ROW[0]}</value>", "<value>Da<!-- -->ryna</value>", *(f"<value>{c}</value>" for c in ROW[2:])
    )
    assert read(whole(plain * 100 + odd + plain * 100), 2000) == [ROW] * 201
    assert -1 in taken
    assert taken[-1] > 0


@pytest.mark.parametrize("size", [40, 700, 65536])
@pytest.mark.parametrize(("opening", "closing"), [("<!--", "-->"), ("<?x ", "?>")])
def test_what_looks_like_rows_inside_a_comment_is_none(opening: str, closing: str, size: int) -> None:
    plain = cells(*(f"<value>{cell}</value>" for cell in ROW))
    hidden = opening + plain * 30 + closing
    assert read(whole(plain * 20 + hidden + plain), size) == [ROW] * 21
    assert read(whole(hidden + plain), size) == [ROW]
    assert read(opening.encode() + b"<data>" + (plain * 30 + closing).encode() + whole(plain), size) == [ROW]
    assert read(
        whole(opening + "<data>" + plain + closing + plain).replace(b"<data>", b"<data >", 1), size
    ) == [ROW]


_CELL = st.text("ab <>&;'\"]é\u202e\t\n\r%:/0", max_size=8) | st.sampled_from(
    [
        "",
        "2015-11-17",
        "2015-11-17 04:01",
        "7C2F80820EC0",
        "]]>",
        "\0",
        "http://x/?a=1&b=2",
        "\u00a0",
        "&lt;",
        "x" * 300,
    ]
)
_MAC = st.sampled_from(["7C2F80820EC0", "7C2F80820EC0", "7C2F80807872", "7c2f80820ec0", "", "nonsense"])
_ROWS = st.lists(st.tuples(_MAC, _CELL, _CELL, _CELL), max_size=8)


@given(_ROWS, st.booleans(), st.integers(1, 400))
@settings(max_examples=150)
def test_both_readers_agree_on_lists_of_any_content(rows: list[DeviceRow], typed: bool, size: int) -> None:
    body = written(rows, typed)
    assert verdict(body, size, True) == verdict(body, 10_000, False)


_GAPS = st.sampled_from(
    ["", "", "", "\n", "  ", "\r\n\t", "x", "<!-- c -->", "<!--", "-->", "<?x", "?>", "<![CDATA[", "]]>"]
)
_KINDS = st.sampled_from(
    [
        "{}",
        "{}",
        "<string>{}</string>",
        " <string>{}</string>\n",
        "<i4>7</i4>",
        "<nil/>",
        "<boolean>0</boolean>",
    ]
)
_PLAIN_TEXTS = ["a", "", "b&amp;c", "&#65;", "&#55357;&#56832;", "<![CDATA[<]]>", "2015-11-17", "é"]
_BAD_TEXTS = ["\x1b", "&#27;", "&#0;", "&#x1f;", "\ufffe", "<![CDATA[\x1b&#27;]]>", "&#", "&#2", "&x;", "]]>"]
_TEXTS = st.sampled_from(_PLAIN_TEXTS) | st.sampled_from(_BAD_TEXTS)
_LEADS = st.sampled_from(
    ["", "", "<value><boolean>1</boolean></value>", "<value><boolean>0</boolean></value>"]
)


@st.composite
def _layouts(draw: st.DrawFn) -> bytes:
    gap, kind, steady = draw(_GAPS), draw(_KINDS), draw(st.booleans())
    parts = [draw(_LEADS)]
    for row in draw(st.lists(st.tuples(_MAC, _TEXTS, _TEXTS, _TEXTS), max_size=6)):
        fields = [f"<value>{(kind if steady else draw(_KINDS)).format(text)}</value>" for text in row]
        if draw(st.integers(0, 9)) == 0:
            fields = fields[: draw(st.integers(0, 3))] * draw(st.integers(1, 2))
        inner = ["<value><array><data>", *fields, "</data></array></value>"]
        parts.append((gap if steady else draw(_GAPS)).join(inner))
    return whole((gap if steady else draw(_GAPS)).join(parts))


@given(_layouts(), st.integers(1, 300))
@settings(max_examples=250)
def test_both_readers_agree_on_every_layout(body: bytes, size: int) -> None:
    assert verdict(body, size, True) == verdict(body, 10_000, False)


_TAGS = [b"", b"<", b">", b"&", b"x", b"\xff", b"<value>", b"</value>", b"<!--", b"-->", b"<?x", b"?>"]
_DAMAGE = [*_TAGS, b"\0", b"]]>", b" ", b"<![CDATA[", b"\x1b", b"&#27;", b"\xc3", b"\xef\xbf\xbf"]


@given(_ROWS, st.booleans(), st.integers(1, 200), st.data())
@settings(max_examples=150)
def test_both_readers_agree_on_damaged_lists(
    rows: list[DeviceRow], typed: bool, size: int, data: st.DataObject
) -> None:
    body = bytearray(written([ROW, *rows], typed))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(_DAMAGE))
    assert verdict(bytes(body), size, True) == verdict(bytes(body), 10_000, False)


@given(_ROWS, st.sampled_from(["utf-16", "utf-8-sig"]), st.integers(1, 300))
@settings(max_examples=60)
def test_both_readers_agree_in_other_character_sets(rows: list[DeviceRow], encoding: str, size: int) -> None:
    body = written(rows).decode().replace(' encoding="UTF-8"', "").encode(encoding)
    assert verdict(body, size, True) == verdict(body, 10_000, False)


@given(_ROWS)
@settings(max_examples=60)
def test_every_row_that_comes_out_is_inert(rows: list[DeviceRow]) -> None:
    for row in read(written(rows)):
        assert all(map(is_inert, row))


def test_the_reading_benchmark_runs() -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "bench_reading.py"
    spec = importlib.util.spec_from_file_location("bench_reading", path)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    body = bench.answer(50, typed=True)
    assert bench.read_peer(body) == bench.read_ours(body) == bench.read_ours(body, fast=False) == 50
    assert bench.streamed_peak("fast", 50) > 0
