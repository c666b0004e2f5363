"""Reading bulk answers: errors by echo, passwords by suffix, and doubt wherever an answer proves nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.desk import phone, phones
from tui.model.addresses import Identifier
from tui.services.changes.engine.answer_matching import Reading, Standing, read_registration, read_removal
from tui.wire.xmlrpc.answers import Answer, decode_line

THREE = [
    Identifier("7C2F80000001", "AAAA"),
    Identifier("7C2F80000002", "BBBB"),
    Identifier("7C2F80000003", "CCCC"),
]


def answer(ok: bool, *lines: str) -> Answer:
    return Answer(ok, tuple(decode_line(line) for line in lines))


def read(reply: Answer, sent: Sequence[Identifier] = THREE, *, order_proven: bool = False) -> Reading:
    suffixes = {one.mac: one.suffix for one in sent if one.suffix}
    return read_registration(reply, sent, suffixes, order_proven=order_proven)


def standings(reading: Reading) -> list[str]:
    return [verdict.standing.value for verdict in reading.verdicts.values()]


def passwords(reading: Reading) -> list[str | None]:
    return [verdict.password.reveal() if verdict.password else None for verdict in reading.verdicts.values()]


def test_lines_in_order_of_request_settle_every_device() -> None:
    reading = read(answer(True, "OK:AAAA1", "OK:BBBB2", "OK:CCCC3"))
    assert standings(reading) == ["done"] * 3
    assert passwords(reading) == ["AAAA1", "BBBB2", "CCCC3"]


def test_lines_in_another_order_are_matched_by_suffix() -> None:
    reading = read(answer(True, "OK:CCCC3", "OK:AAAA1", "OK:BBBB2"))
    assert passwords(reading) == ["AAAA1", "BBBB2", "CCCC3"]
    assert reading.in_order is False


def test_a_password_that_fits_no_suffix_leaves_its_device_in_doubt() -> None:
    reading = read(answer(True, "OK:AAAA1", "OK:0000", "OK:CCCC3"))
    assert standings(reading) == ["done", "doubtful", "done"]


def test_two_devices_with_one_suffix_get_no_password_out_of_order() -> None:
    twins = [*THREE, Identifier("7C2F80000004", "AAAA")]
    reading = read(answer(True, "OK:BBBB2", "OK:AAAA1", "OK:AAAA4", "OK:CCCC3"), twins)
    assert passwords(reading) == [None, "BBBB2", "CCCC3", None]


def test_too_few_or_too_many_lines_settle_nothing_by_position() -> None:
    assert standings(read(answer(True, "OK:AAAA1", "OK:BBBB2"))) == ["doubtful"] * 3
    assert standings(read(answer(True, *["OK:AAAA1"] * 4))) == ["doubtful"] * 3


@pytest.mark.parametrize(
    "echo", ["7C2F80000002", "7C2F80000002-BBBB", "7c2f80000002", "7C:2F:80:00:00:02"], ids=str
)
def test_an_error_belongs_to_the_device_in_its_echo_however_spelt(echo: str) -> None:
    reading = read(answer(False, f"mac_invalid:{echo}"))
    assert standings(reading) == ["doubtful", "refused", "doubtful"]


@pytest.mark.parametrize("line", ["mac_invalid", "mac_invalid:7C2F80FFFFFF", "mac_invalid:???"])
def test_an_error_without_a_known_echo_settles_nobody(line: str) -> None:
    assert standings(read(answer(False, line))) == ["doubtful"] * 3


@pytest.mark.parametrize("line", ["url_invalid:http://x", "name_invalid:Daryna"])
def test_an_error_about_the_target_settles_all_who_share_it(line: str) -> None:
    assert standings(read(answer(False, line))) == ["refused"] * 3


def test_an_ok_among_errors_is_no_proof_but_its_password_is_kept_for_later() -> None:
    reading = read(answer(False, "OK:AAAA1", "mac_not_exist:7C2F80000002", "OK"))
    assert standings(reading) == ["doubtful", "refused", "doubtful"]
    assert passwords(reading) == ["AAAA1", None, None]


def test_words_that_are_not_documented_and_in_use_are_looked_into() -> None:
    reading = read(answer(False, "surprise:7C2F80000001", "mac_already_in_use:7C2F80000002"))
    assert standings(reading) == ["doubtful"] * 3


def test_bare_macs_get_passwords_only_once_the_order_is_proven() -> None:
    bare = phones(2, bare=True)
    reply = answer(True, "OK:AAAA1", "OK:BBBB2")
    assert passwords(read(reply, bare)) == [None, None]
    assert standings(read(reply, bare)) == ["done", "done"]
    assert passwords(read(reply, bare, order_proven=True)) == ["AAAA1", "BBBB2"]


def test_a_single_answer_is_about_its_device_unless_it_names_another() -> None:
    one = [phone(1)]
    assert standings(read(answer(False, "mac_invalid"), one)) == ["refused"]
    assert standings(read(answer(False, f"mac_invalid:{phone(2).mac}"), one)) == ["doubtful"]
    assert standings(read(answer(True), one)) == ["doubtful"]
    assert standings(read(answer(False, "OK:1"), one)) == ["doubtful"]


def test_a_removal_is_done_only_by_one_ok_for_each_device() -> None:
    def removal(reply: Answer) -> list[str]:
        return standings(read_removal(reply, THREE))

    assert removal(answer(True, "OK", "OK", "OK")) == ["done"] * 3
    assert removal(answer(True, "OK", "OK")) == ["doubtful"] * 3
    assert removal(answer(False, "OK", "OK", "OK")) == ["doubtful"] * 3
    assert removal(answer(False, "mac_not_found:7C2F80000003")) == ["doubtful", "doubtful", "refused"]


SUFFIXES = st.text("AB01", min_size=4, max_size=4)
LINES = st.one_of(
    SUFFIXES.map(lambda suffix: f"OK:{suffix}12345678"),
    st.sampled_from(
        ["OK", "OK:", "surprise", "mac_invalid:7C2F80000001", "mac_already_in_use:7C2F80000000", ":"]
    ),
)


@given(st.lists(st.none() | SUFFIXES, min_size=2, max_size=6), st.booleans(), st.lists(LINES, max_size=7))
def test_no_answer_gives_a_device_a_password_that_contradicts_its_suffix(
    suffixes: list[str | None], ok: bool, lines: list[str]
) -> None:
    sent = [Identifier(f"7C2F80{number:06X}", suffix) for number, suffix in enumerate(suffixes)]
    reading = read(answer(ok, *lines), sent)
    assert list(reading.verdicts) == [one.mac for one in sent]
    given_out = [verdict.password.reveal() for verdict in reading.verdicts.values() if verdict.password]
    offered = [line.password.reveal() for line in answer(ok, *lines).lines if line.password]
    assert all(given_out.count(password) <= offered.count(password) for password in given_out)
    for one in sent:
        verdict = reading.verdicts[one.mac]
        if one.suffix and verdict.password:
            assert verdict.password.reveal().startswith(one.suffix)
        if not ok:
            assert verdict.standing is not Standing.DONE
