"""Draft rows: checked, edited, folded and split."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import mac_of
from tui.intake.rows import (
    Draft,
    count_drafts,
    edit_draft,
    find_removals,
    fold_duplicates,
    make_draft,
)
from tui.model.addresses import Identifier
from tui.model.outcome import Operation
from tui.model.registration import Registration, Target
from tui.model.text.inert import is_inert

URL, NAME = "http://provider.com/xml/%MACD.xml", "Daryna"


def row(line: int, mac: str, url: str = URL, provider: str = NAME, **how: Any) -> Draft:
    return make_draft(line, mac, mac, url, provider, **how)


def test_a_sound_row_is_ready_and_is_a_registration() -> None:
    draft = row(3, "7c2f80820ec0-55df")
    assert draft.ready
    assert draft.complaints == ()
    assert draft.registration == Registration(Identifier("7C2F80820EC0", "55DF"), Target(URL, NAME), 3)


def test_each_field_gets_its_own_complaint() -> None:
    draft = row(1, "7C2F80820EG0", "", "")
    assert [found.field for found in draft.complaints] == ["mac", "url", "provider"]
    assert 'G" at position 11' in draft.complaint
    assert draft.registration is None


def test_a_warning_keeps_nothing_from_being_sent() -> None:
    draft = row(1, "0A1B2C3D4E5F", "http://p/%25MACD")
    assert draft.ready
    assert {found.level for found in draft.complaints} == {"warning"}


def test_a_p_series_device_is_warned_about() -> None:
    assert "GRAPE" in row(1, "589EC6900000").complaint
    assert row(1, "589EC68FFFFF").complaint == ""


def test_a_url_that_names_another_device_is_warned_about() -> None:
    draft = row(1, "7C2F80820EC0", "http://p/7C2F80208295.xml")
    assert draft.ready
    assert "7C2F80208295" in draft.complaint


def test_without_a_target_wanted_empty_fields_are_fine() -> None:
    assert row(1, "7C2F80820EC0", "", "", need_target=False).ready
    assert row(1, "7C2F80820EC0", "", "", operation=Operation.DEREGISTER).ready


def test_control_characters_are_said_and_made_inert() -> None:
    draft = row(1, "7C2F80820EC0", provider="a\x1b[2J")
    assert not draft.ready
    assert draft.provider == "a␛[2J"


def test_the_raw_line_is_shown_without_credentials() -> None:
    draft = make_draft(1, "7C2F80820EC0 http://me:topsecret@h", "7C2F80820EC0", "http://me:topsecret@h", NAME)
    assert "topsecret" not in draft.raw
    assert "topsecret" in draft.url


def test_a_url_in_the_place_of_the_mac_is_named_without_its_credentials() -> None:
    draft = row(1, "http://me:topsecret@h/")
    assert "topsecret" not in draft.complaint


def test_overlong_fields_are_refused() -> None:
    draft = row(1, "7" * 5000, "http://" + "x" * 5000, "n" * 5000)
    assert [found.field for found in draft.complaints] == ["mac", "url", "provider"]
    assert max(len(draft.raw), len(draft.mac_text), len(draft.url), len(draft.provider)) <= 4096


def test_an_edit_answers_the_complaint_it_mends_and_keeps_the_others() -> None:
    draft = row(1, "7C2F80820EG0", "", "")
    mended = edit_draft(draft, mac_text="7C2F80820EC0")
    assert mended.identifier == Identifier("7C2F80820EC0")
    assert [found.field for found in mended.complaints] == ["url", "provider"]
    assert edit_draft(mended, url=URL, provider=NAME).ready


def test_equal_rows_are_folded_into_the_first_with_the_suffix_kept() -> None:
    folded = fold_duplicates(
        [row(1, "7C2F80820EC0"), row(2, "7C:2F:80:82:0E:C0-55DF"), row(5, "7C2F80820EC0-55DF")]
    )
    assert len(folded) == 1
    assert folded[0].identifier == Identifier("7C2F80820EC0", "55DF")
    assert (folded[0].line, folded[0].copies) == (1, (2, 5))


def test_two_suffixes_for_one_mac_contradict() -> None:
    _, second = fold_duplicates([row(1, "7C2F80820EC0-55DF"), row(2, "7C2F80820EC0-55DE")])
    assert not second.ready
    assert "Line 1 gives the same MAC another suffix" in second.complaint


def test_two_targets_for_one_device_contradict() -> None:
    _, second = fold_duplicates([row(1, "7C2F80820EC0"), row(2, "7C2F80820EC0", provider="Other")])
    assert not second.ready
    assert "Line 1" in second.complaint


def test_a_removal_and_a_registration_of_one_device_contradict() -> None:
    gone = row(2, "7C2F80820EC0", operation=Operation.DEREGISTER)
    _, second = fold_duplicates([row(1, "7C2F80820EC0"), gone])
    assert not second.ready
    assert find_removals([gone, second]) == [gone]


def test_rows_are_counted_by_what_becomes_of_them() -> None:
    drafts = [row(1, "7C2F80820EC0"), row(2, "7C2F80208295"), row(3, "7C2F800DA979"), row(4, "bad")]
    assert count_drafts(drafts) == (3, 1, 0)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_texts_make_an_inert_row(mac: str, url: str, provider: str) -> None:
    draft = row(1, mac, url, provider)
    assert all(
        is_inert(text) for text in (draft.raw, draft.mac_text, draft.url, draft.provider, draft.complaint)
    )
    assert draft.ready == (draft.registration is not None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["7C2F80820EC0", "7C2F80820EC0-55DF", "7C2F80208295", "x"]), st.sampled_from("ab")
        )
    )
)
def test_folding_loses_no_line_and_leaves_each_device_ready_once(items: list[tuple[str, str]]) -> None:
    drafts = [row(number, mac, provider=name) for number, (mac, name) in enumerate(items, 1)]
    folded = fold_duplicates(drafts)
    assert sorted(line for draft in folded for line in (draft.line, *draft.copies)) == [
        draft.line for draft in drafts
    ]
    ready = [mac_of(draft) for draft in folded if draft.ready]
    assert len(ready) == len(set(ready))
    assert fold_duplicates(folded) == folded or any(not draft.ready for draft in folded)
