"""What is exported reads back as the same devices, in every form."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import InputError
from tui.model.text.inert import make_inert
from tui.services.files.exporting import export_rows
from tui.services.files.importing import pick_registrations, read_drafts
from tui.wire.xmlrpc.codec import encode_response

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp", "Cf"]), min_size=1, max_size=12
).map(str.strip)
ROWS = st.lists(
    st.tuples(st.integers(0, 0xFFFFFF), NAMES.filter(lambda name: name and make_inert(name) == name)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)


@given(ROWS, st.sampled_from(["csv", "json", "xml", "calls"]), st.booleans())
def test_an_export_of_any_form_reads_back(items: list[tuple[int, str]], form: str, named: bool) -> None:
    rows = [
        (f"7C2F80{number:06X}", provider, "https://p.example/%DVID/%MACD.xml?a=1&b=%%20", "2026-11-25 16:38")
        for number, provider in items
    ]
    mac_ids = {row[0]: f"{row[0]}-1A2B" for row in rows} if named else {}
    text = "".join(export_rows(rows, form, mac_ids=mac_ids))
    for data in (text, text.encode()):
        picked = pick_registrations(read_drafts(data, guess=False))
        assert picked.bad == 0
        found = {(one.identifier.mac, one.target.provider, one.target.url) for one in picked.registrations}
        assert found == {row[:3] for row in rows}
        if named and form != "xml":
            assert all(one.identifier.suffix == "1A2B" for one in picked.registrations)


def test_the_answer_to_a_check_names_its_device_too() -> None:
    answer = encode_response([True, "7C2F80A10001", "Daryna", "2026-11-25", "http://p/%MACD"])
    (one,) = pick_registrations(read_drafts(answer)).registrations
    assert (one.identifier.mac, one.target.provider, one.target.url) == (
        "7C2F80A10001",
        "Daryna",
        "http://p/%MACD",
    )


@pytest.mark.parametrize(
    "text",
    [
        "operation,outcome,mac,mac_id,provider,url\nregister,stored,7C2F80A10001,,D,http://p/%MACD\n",
        json.dumps({"change": "missing", "mac": "7C2F80A10001", "old_url": "http://p", "url": None}),
        encode_response([True, "OK:55DF75196006"]).decode(),
    ],
)
def test_a_list_of_changes_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_drafts(text)
    assert "changes" in caught.value.describe() or "no list of devices" in caught.value.describe()


def test_the_export_of_secrets_gives_its_devices_and_hides_its_passwords() -> None:
    intake = read_drafts(
        "mac,mac_id,password,learnt_at\n7C2F80820EC0,7C2F80820EC0-55DF,55DF75196006,2026-11-25\n",
        default_url="http://p/%MACD",
        default_provider="D",
    )
    (draft,) = intake.drafts
    assert draft.identifier is not None
    assert draft.identifier.wire == "7C2F80820EC0-55DF"
    assert not draft.warnings
    assert "75196006" not in repr(intake)
