"""`info`, `list`, `register`, `deregister`: data on stdout, the rest on stderr, honest exit codes."""

import csv
import io

import pytest

from tests.cli.conftest import Shell, serve

VENDOR_URL = "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml"
URL = "http://prov.example.net/xml/%MACD.xml"


def test_info_tells_what_the_server_has(at: Shell) -> None:
    run = at.run("info", "7C2F80820EC0-55DF", "--json")
    assert run.code == 0
    row = run.rows[0]
    assert (row["mac"], row["mac_id"], row["provider"]) == ("7C2F80820EC0", "7C2F80820EC0-55DF", "Daryna")
    assert (row["url"], row["server_date"]) == (VENDOR_URL, "2014-11-27 14:23")
    assert "password" not in row


def test_info_expands_the_url_for_this_phone(at: Shell) -> None:
    row = at.run("info", "7C2F80807872", "--json").rows[0]
    assert row["url"] == "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml"
    assert row["phone_url"] == "http://172.29.0.103/plainxml/42/2/xml/7C2F80807872.xml"


def test_info_takes_every_spelling_and_prints_a_card_for_people(at: Shell) -> None:
    run = at.run("info", "7c:2f:80:82:0e:c0")
    assert run.code == 0
    assert VENDOR_URL in run.out
    assert "Daryna" in run.out


def test_a_device_without_a_record_is_exit_code_1_and_still_a_row(at: Shell) -> None:
    run = at.run("info", "7C2F80999999", "7C2F80820EC0", "--json")
    assert run.code == 1
    assert [(row["mac"], row["code"], row["provider"]) for row in run.rows] == [
        ("7C2F80999999", "mac_not_found", None),
        ("7C2F80820EC0", "", "Daryna"),
    ]


@pytest.mark.parametrize(
    "bad", ["123456789123--1910", "7C2F80820EC", "7C-2F-80-82-0E-C0-55-DF", "", "\x1d7C2F80820EC0"]
)
def test_a_malformed_mac_id_is_named_and_nothing_is_sent(at: Shell, bad: str) -> None:
    run = at.run("info", bad)
    assert (run.code, run.out) == (2, "")
    assert run.err
    assert "\x1d" not in run.err
    assert "Traceback" not in run.err


def test_list_streams_the_account_as_json_lines(at: Shell) -> None:
    run = at.run("list", "--json")
    assert (run.code, len(run.rows)) == (0, 200)
    assert set(run.rows[0]) == {"mac", "mac_id", "provider", "url", "server_date"}


def test_list_by_provider_and_words(at: Shell) -> None:
    rows = at.run("list", "--provider", "Daryna", "--search", "plainxml 7c2f8080", "--json").rows
    assert "7C2F80807872" in [row["mac"] for row in rows]
    assert all(row["provider"] == "Daryna" and row["mac"].startswith("7C2F8080") for row in rows)


def test_list_as_csv_has_a_header(at: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(at.run("list", "--csv").out)))
    assert len(rows) == 200
    assert list(rows[0]) == ["mac", "mac_id", "provider", "url", "server_date"]


def test_the_list_of_an_unknown_provider_is_empty_and_ends_with_1_as_info_does(at: Shell) -> None:
    run = at.run("list", "--provider", "Nobody", "--json")
    assert (run.code, run.out) == (1, "")


def test_the_last_list_can_be_read_without_the_server(shell: Shell) -> None:
    with serve("--sample", "50") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        online = shell.run("list", "--json").rows
    run = shell.run("list", "--offline", "--json")
    assert (run.code, run.rows) == (0, online)
    assert "offline" in run.err
    assert shell.run("list").code == 3


def test_credentials_in_urls_are_masked_unless_asked_for(at: Shell) -> None:
    register = (
        "register",
        "7C2F80111111-AAAA",
        "--url",
        "http://user:geheim@h.example/%MACD.xml",
        "--provider",
        "P",
    )
    assert "geheim" not in (run := at.run(*register, "--json")).out + run.err
    assert "geheim" not in at.run("info", "7C2F80111111", "--json").out
    shown = at.run("info", "7C2F80111111", "--json", "--show-secrets").rows[0]
    assert shown["url"] == "http://user:geheim@h.example/%MACD.xml"


def test_register_stores_a_device_and_keeps_its_password(at: Shell) -> None:
    run = at.run("register", "7c2f80208295-1910", "--url", URL, "--provider", "Daryna", "--json")
    assert run.code == 0
    row = run.rows[0]
    assert (row["operation"], row["outcome"], row["mac"]) == ("register", "stored", "7C2F80208295")
    assert (row["mac_id"], row["url"], row["provider"]) == ("7C2F80208295-1910", URL, "Daryna")
    assert row["change_set"]
    assert "password" not in row
    known = at.run("info", "7C2F80208295", "--json", "--show-secrets").rows[0]
    assert (known["mac_id"], known["password"]) == ("7C2F80208295-1910", "191001882432")


def test_register_several_from_stdin_in_one_change_set(at: Shell) -> None:
    macs = [f"7C2F8055{number:04X}" for number in range(120)]
    run = at.run("register", "-", "--url", URL, "--provider", "Daryna", "--json", text="\n".join(macs) + "\n")
    assert run.code == 0
    assert {row["mac"] for row in run.rows} == set(macs)
    assert {row["outcome"] for row in run.rows} == {"stored"}
    assert len({row["change_set"] for row in run.rows}) == 1
    assert len(at.run("list", "--json").rows) == 320


def test_register_never_overwrites(at: Shell) -> None:
    run = at.run("register", "7C2F80820EC0-55DF", "--url", URL, "--provider", "Other", "--json")
    assert run.code == 1
    assert (run.rows[0]["outcome"], run.rows[0]["code"]) == ("refused", "mac_already_in_use")
    assert at.run("info", "7C2F80820EC0", "--json").rows[0]["url"] == VENDOR_URL


def test_replace_retargets_what_is_registered(at: Shell) -> None:
    run = at.run("register", "7C2F80820EC0-55DF", "--url", URL, "--provider", "Other", "--replace", "--json")
    assert (run.code, run.rows[0]["outcome"]) == (0, "stored")
    row = at.run("info", "7C2F80820EC0", "--json").rows[0]
    assert (row["url"], row["provider"]) == (URL, "Other")


@pytest.mark.parametrize(
    "words",
    [
        ("--provider", "P"),
        ("--url", URL),
        ("--url", "", "--provider", "P"),
        ("--url", URL, "--provider", "  "),
        ("--url", URL, "--provider", "P", "--preset", "none"),
        ("--url", "http://h/\x1b]0;x\x07", "--provider", "P"),
    ],
)
def test_register_without_a_whole_target_sends_nothing(at: Shell, words: tuple[str, ...]) -> None:
    run = at.run("register", "7C2F80111111-AAAA", *words)
    assert (run.code, run.out) == (2, "")
    assert "\x1b" not in run.err
    assert at.run("info", "7C2F80111111").code == 1


def test_one_bad_identifier_among_many_stops_all_before_anything_is_sent(at: Shell) -> None:
    run = at.run("register", "7C2F80111111", "7C2F8011111G", "--url", URL, "--provider", "P")
    assert run.code == 2
    assert "G" in run.err
    assert at.run("info", "7C2F80111111").code == 1


def test_a_preset_fills_what_is_not_given(at: Shell) -> None:
    assert at.run("presets", "add", "office", "--url", URL, "--provider", "Daryna").code == 0
    run = at.run("register", "7C2F80111111-AAAA", "--preset", "office", "--provider", "Other", "--json")
    assert (run.rows[0]["url"], run.rows[0]["provider"]) == (URL, "Other")


def test_deregister_asks_and_without_a_terminal_refuses(at: Shell) -> None:
    run = at.run("deregister", "7C2F80820EC0")
    assert (run.code, run.out) == (2, "")
    assert "--yes" in run.err
    assert at.run("info", "7C2F80820EC0").code == 0


def test_deregister_removes_with_yes(at: Shell) -> None:
    run = at.run("deregister", "7C2F80820EC0", "7C2F80807872", "--yes", "--json")
    assert run.code == 0
    assert {(row["mac"], row["outcome"]) for row in run.rows} == {
        ("7C2F80820EC0", "removed"),
        ("7C2F80807872", "removed"),
    }
    assert at.run("info", "7C2F80820EC0").code == 1


def test_deregistering_what_is_not_there_is_refused_with_the_servers_word(at: Shell) -> None:
    run = at.run("deregister", "7C2F80999999", "--yes", "--json")
    assert (run.code, run.rows[0]["outcome"], run.rows[0]["code"]) == (1, "refused", "mac_not_found")


def test_retarget_changes_only_what_is_given(at: Shell) -> None:
    run = at.run("retarget", "7C2F80820EC0-55DF", "--provider", "Neu", "--yes", "--json")
    assert (run.code, run.rows[0]["outcome"]) == (0, "stored")
    row = at.run("info", "7C2F80820EC0", "--json").rows[0]
    assert (row["provider"], row["url"]) == ("Neu", VENDOR_URL)


def test_markup_and_escapes_in_a_provider_are_shown_inert(at: Shell) -> None:
    for number, provider in enumerate(["[/]", "[red]x[/red]", "\u202eevil", "日本語"]):
        run = at.run("register", f"7C2F8077000{number}", "--url", URL, "--provider", provider, "--json")
        assert run.code == 0, run.err
        assert "\u202e" not in run.out + run.err
    listed = {row["provider"] for row in at.run("list", "--search", "7C2F807700", "--json").rows}
    assert {"[/]", "[red]x[/red]", "日本語"} <= listed
