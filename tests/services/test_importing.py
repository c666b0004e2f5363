"""Drafts from every kind of file, and the registrations they come to."""

from __future__ import annotations

import pytest

from tests.services.conftest import Rehearse
from tui.errors import InputError
from tui.model.addresses import Identifier
from tui.model.outcome import Operation
from tui.model.registration import Registration, Target
from tui.services.files.exporting import export_rows
from tui.services.files.importing import leave_out_stored, pick_registrations, read_drafts
from tui.services.files.templates import TEMPLATES, template

URL = "https://provisioning.example.net/%DVID/xml/%MACD.xml"
CSV = f"MAC-ID,URL,Provider\n7C2F80820EC0-55DF,{URL},Daryna\nnonsense,{URL},Daryna\n7C2F80208295-1910,,\n"
TARGET = Target(URL, "Daryna")


def test_a_csv_gives_good_rows_and_names_the_bad_ones_by_line() -> None:
    picked = pick_registrations(read_drafts(CSV.encode()))
    assert picked.registrations == (Registration(Identifier("7C2F80820EC0", "55DF"), TARGET, 2),)
    assert picked.bad == 2
    assert [complaint.partition(":")[0] for complaint in picked.complaints] == ["line 3", "line 4"]


def test_defaults_fill_what_a_row_leaves_empty() -> None:
    picked = pick_registrations(read_drafts(CSV.encode(), default_url=URL, default_provider="Daryna"))
    assert [one.line for one in picked.registrations] == [2, 4]
    assert picked.bad == 1


def test_equal_rows_are_taken_once_and_said() -> None:
    line = f"7C2F80820EC0-55DF,{URL},Daryna\n"
    picked = pick_registrations(read_drafts(f"MAC-ID,URL,Provider\n{line}{line}".encode()))
    assert len(picked.registrations) == 1
    assert picked.bad == 0
    assert "again on line 3" in picked.complaints[0]


def test_the_same_device_with_two_targets_keeps_the_first_and_says_so() -> None:
    text = f"MAC-ID,URL,Provider\n7C2F80820EC0-55DF,{URL},Daryna\n7C2F80820EC0,{URL},Other\n"
    picked = pick_registrations(read_drafts(text.encode()))
    assert [one.target.provider for one in picked.registrations] == ["Daryna"]
    assert picked.bad == 1


def test_an_xml_rpc_file_gives_a_draft_for_each_device_with_its_line() -> None:
    intake = read_drafts(template("register-list").encode())
    assert intake.kind == "xml-rpc"
    lines = template("register-list").splitlines()
    assert [draft.line for draft in intake.drafts] == [
        number for number, line in enumerate(lines, 1) if "7C2F80" in line
    ]
    picked = pick_registrations(intake)
    assert {one.target for one in picked.registrations} == {Target(URL, "Example Telecom")}


def test_removals_in_a_file_are_said_and_never_become_registrations() -> None:
    intake = read_drafts(template("deregister-list").encode())
    assert {draft.operation for draft in intake.drafts} == {Operation.DEREGISTER}
    picked = pick_registrations(intake)
    assert picked.registrations == ()
    assert picked.bad == 2
    assert "only registers" in picked.complaints[0]


def test_calls_that_change_nothing_are_passed_over_and_said() -> None:
    intake = read_drafts(template("list").encode() + template("check").encode())
    assert intake.drafts == ()
    assert len(intake.notes) == 2


def test_a_misprinted_prefix_is_said() -> None:
    text = template("register-list").replace("autoprov.", "autoprovider.")
    assert "misprint" in read_drafts(text).notes[0]


def test_a_call_that_cannot_be_meant_is_a_bad_row() -> None:
    picked = pick_registrations(read_drafts(template("register").replace("registerDevice", "formatDisk")))
    assert (picked.registrations, picked.bad) == ((), 1)
    assert "Unknown method" in picked.complaints[0]


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_breaks_an_import(name: str) -> None:
    assert read_drafts(template(name).encode()).kind == "xml-rpc"


def test_script_lines_are_devices_too() -> None:
    call = f"autoprov.registerDevice s:7C2F80820EC0-55DF s:{URL} s:Daryna"
    line = f"python ap-client.py me geheim prov.gigaset.net {call}"
    picked = pick_registrations(read_drafts(line))
    assert [one.target for one in picked.registrations] == [TARGET]
    assert "geheim" not in repr(picked)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(50), b"<!doctype html><p>Sign in", b"<svg/>"])
def test_what_holds_no_devices_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_drafts(data)


def test_what_is_stored_as_wanted_is_left_out(rehearse: Rehearse) -> None:
    session = rehearse()
    wanted = [
        Registration(Identifier("7C2F80820EC0", "55DF"), TARGET),
        Registration(Identifier("7C2F80208295", "1910"), TARGET),
        Registration(Identifier("7C2F800DA979", "2EE3"), TARGET),
    ]
    session.client.register_device(wanted[0].identifier.wire, TARGET.url, TARGET.provider)
    session.client.register_device(wanted[1].identifier.wire, "http://old.example/%MACD.xml", "Daryna")
    assert leave_out_stored(session, wanted) == (tuple(wanted[1:]), 1)


def test_an_exported_call_file_imports_to_the_same_registrations() -> None:
    rows = [("7C2F80820EC0", "Daryna", URL, ""), ("7C2F80208295", "Nord & <Süd>", URL, "")]
    text = "".join(export_rows(rows, "calls", mac_ids={"7C2F80820EC0": "7C2F80820EC0-55DF"}))
    assert [(one.identifier, one.target) for one in pick_registrations(read_drafts(text)).registrations] == [
        (Identifier("7C2F80820EC0", "55DF"), TARGET),
        (Identifier("7C2F80208295"), Target(URL, "Nord & <Süd>")),
    ]
