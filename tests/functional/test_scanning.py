"""A scanner at the Register page: bursts, wrong codes, other keyboards."""

from __future__ import annotations

import pytest
from textual import events

from tests.functional.conftest import Open, Person

URL = "http://p.example/%MACD.xml"
CODES = ("7C2F80A60001-1A2B", "7C2F80A60002-3C4D", "7C2F80A60003-5E6F")


async def fill(person: Person, *, keep: bool = True) -> None:
    await person.fill("#register-url", URL)
    await person.fill("#register-provider", "Acme")
    person.app.screen.query_one("#register-mac").focus()
    if keep:
        await person.press("f8")


def send(person: Person, text: str) -> None:
    for char in text:
        key = {"\r": "enter", " ": "space"}.get(char, char)
        person.app.post_message(events.Key(key, char))


async def test_each_code_of_a_burst_is_one_registration(app_open: Open) -> None:
    async with app_open() as person:
        await fill(person)
        send(person, "".join(f"{code}\r" for code in CODES))
        await person.calm()
        assert "3 stored" in person.text("register-heading")
        assert person.value("register-mac") == ""


async def test_codes_that_a_scanner_runs_together_are_each_one_registration(app_open: Open) -> None:
    async with app_open() as person:
        await fill(person)
        await person.type("".join(CODES))
        await person.press("enter")
        assert "3 stored" in person.text("register-heading")


async def test_without_keep_codes_run_together_are_drafts(app_open: Open) -> None:
    async with app_open() as person:
        await fill(person, keep=False)
        await person.type("".join(CODES))
        await person.press("enter")
        assert len(person.dialog.check.drafts) == 3


async def test_a_wrong_code_is_refused_counted_and_replaced_by_the_next(
    app_open: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    async with app_open() as person:
        monkeypatch.setattr(person.app, "bell", lambda: rung.append(1))
        await fill(person)
        for code, word in (
            ("S30852-H2716-R101", "article number"),
            ("4250366848495", "EAN"),
            ("7C2F80A", "whole"),
        ):
            await person.type(code)
            await person.press("enter")
            assert word in person.note("register-mac")
            assert person.value("register-mac") == code
        send(person, f"{CODES[0]}\r")
        await person.calm()
        assert "1 stored · 3 scans refused" in person.text("register-heading")
        assert person.value("register-mac") == ""
        assert len(rung) == 3


@pytest.mark.parametrize(
    ("typed", "layout"), [("7C2F80A60001ß1A2B", "German"), ("èCéF_àQ-ààà&)&QéB", "French")]
)
async def test_another_keyboard_is_understood_and_named(app_open: Open, typed: str, layout: str) -> None:
    async with app_open() as person:
        await fill(person)
        await person.type(typed)
        assert layout in person.note("register-mac")
        await person.press("enter")
        assert "1 stored" in person.text("register-heading")


async def test_a_number_that_may_be_an_article_is_not_sent(app_open: Open) -> None:
    async with app_open() as person:
        await fill(person)
        await person.type("3146019091234567")
        await person.press("enter")
        assert "serial number" in person.note("register-mac")
        assert "1 scan refused" in person.text("register-heading")


async def test_removals_in_a_pasted_script_are_shown_with_their_line(app_open: Open) -> None:
    script = "".join(
        f"ap-client u p h autoprov.{call}\n"
        for call in (
            f"registerDevice s:{CODES[0]} s:{URL} s:Acme",
            f"deregisterDevice s:{CODES[1]}",
        )
    )
    async with app_open() as person:
        await person.paste(script)
        check = person.dialog.check
        assert [draft.line for draft in check.drafts] == [1, 2]
        assert "1 to deregister: not done here" in person.text("check-summary")
        assert len(check.registrations) == 1
        assert "deregisters" in check.tell_row(check.drafts[1])


async def test_every_warning_of_a_row_is_told_in_the_table(app_open: Open) -> None:
    text = f"MAC;PIN;URL;Anbieter\n7C2F80A60001;1A2B;{URL};A\n7C2F80A60002;;http://p/7C2F80A60009.xml;A\nSumme;;;\n"
    async with app_open() as person:
        await person.paste(text)
        check = person.dialog.check
        told = check.tell_row(check.drafts[1])
        assert "The suffix is missing" in told
        assert "names another device" in told
        assert "1 with a warning" in person.text("check-summary")
        assert "1 without a device" in person.text("check-summary")


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n" * 30 + "lease 192.0.2.9 {\n  hardware ethernet 7c:2f:80:a6:00:01;\n}\n",
        f'[{{"mac": "7C2F80A60001", "url": "{URL}", "provider": "Acme"}}]',
        f"ap-client u p h autoprov.registerDevice s:7C2F80A60001 s:{URL} s:Acme",
    ],
)
async def test_a_list_that_is_pasted_outside_a_field_is_checked_whatever_it_begins_with(
    app_open: Open, text: str
) -> None:
    async with app_open(page="settings") as person:
        await person.paste(text)
        check = person.dialog.check
        assert [draft.identifier.mac for draft in check.drafts if draft.identifier] == ["7C2F80A60001"]


async def test_a_call_within_the_output_of_a_program_is_pasted_into_upload(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        await person.paste(
            "send:\n<methodCall><methodName>autoprov.deregisterDevice</methodName><params><param><value>"
            "7C2F80A60001</value></param></params></methodCall>\nreply: 200\n"
        )
        assert person.page_id == "upload"
