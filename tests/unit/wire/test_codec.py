"""Calls and answers as bytes."""

from __future__ import annotations

import xmlrpc.client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import Fault, InputError, Unreadable
from tui.wire.xmlrpc import codec
from tui.wire.xmlrpc.methods import CHECK, REGISTER, REGISTER_LIST

_CARRIED = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff").filter(
        lambda sign: ord(sign) & 0xFFFE != 0xFFFE
    )
    | st.sampled_from("\t\n\r<>&\"'"),
    max_size=20,
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _CARRIED
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_CARRIED, inner, max_size=3),
    max_leaves=12,
)


def answer(value_xml: str) -> bytes:
    return f"<methodResponse><params><param>{value_xml}</param></params></methodResponse>".encode()


def read(value_xml: str) -> object:
    return codec.decode_response(answer(value_xml))


# --- what is written


def test_a_call_looks_as_the_vendors_samples_do_without_their_white_space() -> None:
    assert codec.encode_call(CHECK, ["7C2F80820EC0-55DF"]) == (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b"<methodCall><methodName>autoprov.checkDevice</methodName><params>"
        b"<param><value><string>7C2F80820EC0-55DF</string></value></param></params></methodCall>"
    )


def test_the_declaration_may_be_left_out() -> None:
    assert codec.encode_call(CHECK, ["x"], declaration=False).startswith(b"<methodCall>")


def test_a_device_list_is_written_as_one_array_of_strings() -> None:
    assert (
        b"<param><value><array><data><value><string>A</string></value><value><string>B</string></value>"
        b"</data></array></value></param>"
    ) in codec.encode_call(REGISTER_LIST, [["A", "B"], "u", "p"])


def test_an_answer_is_compact_and_its_texts_are_untyped() -> None:
    assert codec.encode_response([True, "OK:55DF75196006"]) == (
        b'<?xml version="1.0" encoding="UTF-8"?><methodResponse><params><param><value><array><data>'
        b"<value><boolean>1</boolean></value><value>OK:55DF75196006</value>"
        b"</data></array></value></param></params></methodResponse>"
    )


def test_a_fault_has_apaches_form() -> None:
    assert codec.encode_fault(0, "No such handler: x") == (
        b'<?xml version="1.0" encoding="UTF-8"?><methodResponse><fault><value><struct>'
        b"<member><name>faultCode</name><value><i4>0</i4></value></member>"
        b"<member><name>faultString</name><value>No such handler: x</value></member>"
        b"</struct></value></fault></methodResponse>"
    )


@pytest.mark.parametrize(
    ("position", "params"),
    [
        ("mac_id", ["\x1b[2J", "u", "p"]),
        ("url", ["m", "http://a\x00", "p"]),
        ("provider", ["m", "u", "\ud800"]),
    ],
)
def test_a_character_that_xml_cannot_carry_is_refused_and_its_parameter_named(
    position: str, params: list[str]
) -> None:
    with pytest.raises(InputError, match=position) as caught:
        codec.encode_call(REGISTER, list(params))
    assert "U+" in caught.value.detail


def test_a_method_name_with_markup_is_refused() -> None:
    with pytest.raises(InputError, match="method name"):
        codec.encode_call("a</methodName>", [])


@pytest.mark.parametrize("typed", [False, True])
def test_the_list_written_in_pieces_equals_the_list_written_at_once(typed: bool) -> None:
    rows = [["7C2F80820EC0", "A & <B>", "http://x/\t%MACD", "2015-11-17"], ["7C2F80807872", "", "", ""]] * 700
    pieces = list(codec.encode_list_answer(rows, typed=typed))
    assert len(pieces) > 1
    assert b"".join(pieces) == codec.encode_response([list(row) for row in rows], typed=typed)


def test_an_answer_replaces_what_xml_cannot_carry() -> None:
    assert codec.decode_response(codec.encode_response("a\x1bb")) == "a\ufffdb"


# --- there and back


@given(_VALUES, st.booleans())
def test_every_value_survives_an_answer(value: codec.Value, typed: bool) -> None:
    assert codec.decode_response(codec.encode_response(value, typed=typed)) == value


@given(st.lists(_VALUES, max_size=4))
def test_every_parameter_survives_a_call(params: list[codec.Value]) -> None:
    call = codec.decode_call(codec.encode_call("a.b", params))
    assert (call.name, call.params) == ("a.b", params)


@given(st.lists(_CARRIED, max_size=5))
def test_pythons_own_library_reads_what_we_write(texts: list[str]) -> None:
    params, name = xmlrpc.client.loads(codec.encode_call("a.b", list(texts)))
    assert (list(params), name) == (texts, "a.b")


@given(st.lists(st.text("abc <>&é€\n\t", max_size=9) | st.booleans() | st.integers(-9, 9), max_size=5))
def test_we_read_what_pythons_own_library_writes(items: list[codec.Value]) -> None:
    body = xmlrpc.client.dumps((items,), methodresponse=True, allow_none=True).encode()
    assert codec.decode_response(body) == items


# --- what is read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("<value>plain</value>", "plain"),
        ("<value><string>typed</string></value>", "typed"),
        ("<value></value>", ""),
        ("<value/>", ""),
        ("<value><string/></value>", ""),
        ("<value>  kept </value>", "  kept "),
        ("<value>\n  <string> inner </string>\n</value>", " inner "),
        ("<value><i4>-7</i4></value>", -7),
        ("<value><int> 7 </int></value>", 7),
        ("<value><i8>9007199254740993</i8></value>", 9007199254740993),
        ("<value><boolean>1</boolean></value>", True),
        ("<value><boolean>0</boolean></value>", False),
        ("<value><double>-1.5e3</double></value>", -1500.0),
        ("<value><base64>aGk=\n</base64></value>", b"hi"),
        ("<value><dateTime.iso8601>20151117T04:01:00</dateTime.iso8601></value>", "20151117T04:01:00"),
        ("<value><nil/></value>", None),
        ("<value><![CDATA[<b>&amp;]]></value>", "<b>&amp;"),
        ("<value>a<!-- not me -->b</value>", "ab"),
        ("<value><?pi not me?>ab</value>", "ab"),
        ("<value>&#65;&#x42;&lt;</value>", "AB<"),
        ("<value>&#55357;&#56832;</value>", "😀"),
        ("<value>&#xD83D;&#xDE00;</value>", "😀"),
        ("<value>&#55357;&#55357;&#56832;x</value>", "\ufffd😀x"),
        ("<value>&#56832;</value>", "\ufffd"),
        ("<value><![CDATA[&#55357;&#56832;]]></value>", "&#55357;&#56832;"),
        ("<value><array><data/></array></value>", []),
        (
            "<value>\r\n<array>\t<data> <value>a</value>\n<value><i4>1</i4></value></data></array></value>",
            ["a", 1],
        ),
        ("<value><struct><member><value>v</value><name>n</name></member></struct></value>", {"n": "v"}),
        ('<x:value xmlns:x="urn:y"><x:string>s</x:string></x:value>', "s"),
        (
            '<value xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"><array><data>'
            "<value><ex:nil/></value><value><ex:i8>5</ex:i8></value></data></array></value>",
            [None, 5],
        ),
    ],
)
def test_a_value_is_read_in_every_spelling(written: str, value: object) -> None:
    assert read(written) == value


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-16", "UTF-16"),
        ("iso8859-15", "ISO-8859-15"),
        ("shift_jis", "Shift_JIS"),
    ],
)
def test_declared_character_sets_are_obeyed(encoding: str, name: str) -> None:
    text = "テスト" if encoding == "shift_jis" else "Müller"
    body = f'<?xml version="1.0" encoding="{name}"?>'.encode("ascii") if encoding != "utf-16" else b""
    declared = f'<?xml version="1.0" encoding="{name}"?>' if encoding == "utf-16" else ""
    body += (declared + answer(f"<value>{text}</value>").decode()).encode(encoding)
    assert codec.decode_response(body) == text


def test_the_charset_of_the_content_type_outranks_the_declaration() -> None:
    body = b'<?xml version="1.0" encoding="UTF-8"?>' + answer("<value>Müller</value>").decode().encode(
        "latin-1"
    )
    assert codec.decode_response(body, charset="ISO-8859-1") == "Müller"


def test_a_byte_order_mark_outranks_everything() -> None:
    assert codec.decode_response(b"\xef\xbb\xbf" + answer("<value>ü</value>"), charset="latin-1") == "ü"


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/xml; charset=utf-8", "utf-8"),
        ('text/xml;CHARSET="cp1252"', "cp1252"),
        ("text/xml", None),
        (None, None),
    ],
)
def test_the_charset_is_taken_from_a_content_type(header: str | None, charset: str | None) -> None:
    assert codec.charset_of(header) == charset


# --- faults


def test_a_fault_is_raised_with_its_code_and_text() -> None:
    with pytest.raises(Fault) as caught:
        codec.decode_response(codec.encode_fault(7, "No such handler: x", typed=True))
    assert (caught.value.code, caught.value.text) == (7, "No such handler: x")


def test_a_faults_text_is_inert_and_shows_no_credentials() -> None:
    with pytest.raises(Fault) as caught:
        codec.decode_response(codec.encode_fault(0, "bad\n http://me:hunter2@host/ "))
    assert "hunter2" not in caught.value.describe() + caught.value.text
    assert "\n" not in caught.value.text


def test_a_fault_without_the_usual_members_is_still_a_fault() -> None:
    with pytest.raises(Fault) as caught:
        codec.decode_response(b"<methodResponse><fault><value><struct/></value></fault></methodResponse>")
    assert (caught.value.code, caught.value.text) == (0, "")


# --- files that hold calls


def test_a_file_may_hold_several_documents_one_after_another() -> None:
    first, second = codec.encode_call("a.one", ["x"]), codec.encode_call("a.two", [["y"]], declaration=False)
    calls = codec.decode_calls(
        b"\xef\xbb\xbf" + first + b"\r\n<!-- next -->\n" + second + b"\n" + first + b"\n<!-- end -->\n"
    )
    assert [(call.name, call.params) for call in calls] == [
        ("a.one", ["x"]),
        ("a.two", [["y"]]),
        ("a.one", ["x"]),
    ]


def test_mended_references_do_not_shift_the_next_document() -> None:
    value = b"<value>&#55357;&#56832;</value>"
    call = (
        b"<methodCall><methodName>a.b</methodName><params><param>" + value + b"</param></params></methodCall>"
    )
    assert [c.params for c in codec.decode_calls(call * 3)] == [["😀"]] * 3


def test_a_call_without_params_is_a_call() -> None:
    assert (
        codec.decode_calls(b"<methodCall><methodName> autoprov.listDevices </methodName></methodCall>")[
            0
        ].params
        == []
    )


def test_the_call_that_cannot_be_read_is_named_by_number() -> None:
    with pytest.raises(InputError) as caught:
        codec.decode_calls(codec.encode_call("a.b", []) + b"<methodCall>")
    assert "Call 2" in caught.value.detail


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\x89PNG\r\n\x1a\n" + bytes(200), b"<html></html>", b"a,b,c\n"]
)
def test_what_is_no_call_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(InputError, match="not an XML-RPC call"):
        codec.decode_calls(body)


def test_one_call_is_not_followed_by_another_when_one_is_expected() -> None:
    with pytest.raises(InputError):
        codec.decode_call(codec.encode_call("a.b", []) * 2)


def test_an_answer_is_not_a_call_and_a_call_is_not_an_answer() -> None:
    with pytest.raises(InputError):
        codec.decode_call(codec.encode_response(True))
    with pytest.raises(Unreadable):
        codec.decode_response(codec.encode_call("a.b", []))
