"""Calls that a script does not carry out are never read as calls, and each is named with its line."""

from typing import Any

import pytest

from tests.unit.intake.identifiers import mac_of
from tui.intake.reading import read_intake
from tui.intake.text.remarks import HANDED, PRINTED, REMARK

URL = "http://p.example/%MACD.xml"
LOGIN = "gigaset topsecret prov.example"
CALL = f"ap-client.py {LOGIN} autoprov.registerDevice s:7C2F80A10001-1A2B s:{URL} s:Acme"
OTHER = f"ap-client.py {LOGIN} autoprov.registerDevice s:7C2F80A10002-3C4D s:{URL} s:Acme"


def read(text: str) -> tuple[Any, ...]:
    """(lines of ready devices, {line: reason} of what was passed over)."""
    drafts = read_intake(text, default_url=URL, default_provider="Acme").drafts
    assert "topsecret" not in repr(drafts)
    assert all(draft.ready or draft.passed for draft in drafts), [draft.complaint for draft in drafts]
    ready = [(draft.line, mac_of(draft)) for draft in drafts if draft.ready]
    return ready, {draft.line: draft.complaint for draft in drafts if draft.passed}


REMARKS = [
    f"# {CALL}",
    f"#{CALL}",
    f"   ## python {CALL}",
    f"rem {CALL}",
    f"REM   {CALL}",
    f"@rem {CALL}",
    f"(rem {CALL})",
    f":: {CALL}",
    f"::{CALL}",
    f": {CALL}",
    f"// {CALL}",
    f"//{CALL}",
    f"//python ./{CALL}",
    f"; {CALL}",
    f"-- {CALL}",
    f"--{CALL}",
    f"' {CALL}",
    f"'{CALL}",
    f"<!-- {CALL} -->",
    f"<!--{CALL}-->",
    f"/* {CALL} */",
    f"<# {CALL} #>",
    f"<!--\n{CALL}\n-->",
    f"<#\n\n{CALL}\n#>",
    f"/*\n * {CALL}\n */",
]


@pytest.mark.parametrize("remark", REMARKS)
def test_a_call_that_is_commented_out_is_named_and_not_read(remark: str) -> None:
    line = 2 + next(at for at, line in enumerate(remark.splitlines()) if "ap-client" in line)
    last = 2 + len(remark.splitlines())
    assert read(f"{OTHER}\n{remark}\n") == ([(1, "7C2F80A10002")], {line: REMARK})
    assert read(f"\n{remark}\n{OTHER}\n") == ([(last, "7C2F80A10002")], {line: REMARK})


@pytest.mark.parametrize("remark", [text for text in REMARKS if "\n" not in text])
def test_a_text_of_remarks_alone_registers_nothing(remark: str) -> None:
    assert read(f" {remark}\n{remark}") == ([], {1: REMARK, 2: REMARK})


@pytest.mark.parametrize(
    "front", ["set -e #", "cd /opt # then", "cd C:\\x & rem", "dir && ::", "foo(); //", "sleep 1;#"]
)
def test_a_remark_behind_a_command_is_one(front: str) -> None:
    assert read(f"{front} {CALL}\n{OTHER}") == ([(2, "7C2F80A10002")], {1: REMARK})


@pytest.mark.parametrize(
    "line",
    [
        f"echo {CALL}",
        f'echo "{CALL}"',
        f"@ECHO {CALL}",
        f"echo. {CALL}",
        f"$ echo {CALL}",
        f"C:\\tools>echo {CALL}",
        f"root@pbx:~# echo '{CALL}'",
        f'printf "step 1; {CALL}"',
        f'Write-Host "{CALL}"',
        f'print("{CALL}")',
        f"if [ -f x ]; then echo {CALL}; fi",
    ],
)
def test_a_call_that_is_only_printed_is_named_and_not_read(line: str) -> None:
    assert read(f"{line}\n{OTHER}") == ([(2, "7C2F80A10002")], {1: PRINTED})


def test_a_call_behind_one_that_is_printed_is_read() -> None:
    for sign in (";", " &&", " |", "&"):
        assert read(f'echo "{CALL}"{sign} {OTHER}') == ([(1, "7C2F80A10002")], {1: PRINTED})


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (": <<'EOF'", "EOF"),
        ("cat > todo.sh <<-END", "\tEND"),
        ("cat <<EOF > todo.sh", "EOF"),
        ("$later = @'", "'@"),
        ('$later = @"', '"@ | Out-File x'),
    ],
)
def test_a_text_that_a_script_hands_on_is_not_carried_out(begin: str, end: str) -> None:
    ready, passed = read(f"{begin}\n{CALL}\n{end}\n{OTHER}\n")
    assert ready == [(4, "7C2F80A10002")]
    assert passed[2] == HANDED


@pytest.mark.parametrize(
    "text",
    [
        f"root@pbx:~# ./{CALL}",
        f"[root@pbx ~]# {CALL}",
        f"PS C:\\> python {CALL}",
        f"'/opt/my tools/ap-client.py' {CALL.partition(' ')[2]}",
        f"'/usr/bin/python3' {CALL}",
        f"//server/share/{CALL}",
        f"echo start; {CALL}",
        f"echo start && {CALL}",
        f"echo y | {CALL}",
        f"echo 'a # b' ; {CALL}",
        f"ssh host <<EOF\n{CALL}\nEOF",
        f"bash <<'EOF'\n{CALL}\nEOF",
        f'bash -c "{CALL}"',
        f"cat <<EOF\n{CALL}",
        f"ls /tmp/*\n{CALL}",
        f"- {CALL}",
        f"sudo -- {CALL}",
    ],
)
def test_what_is_carried_out_is_read(text: str) -> None:
    assert [mac for _, mac in read(text)[0]] == ["7C2F80A10001"]


def test_a_remark_or_a_blank_line_ends_a_command_that_was_to_go_on() -> None:
    head = CALL.partition(" s:http")[0]
    for between in ("# s:http://old.example s:Old", ""):
        drafts = read_intake(f"{head} \\\n{between}\ns:http://new.example s:New\n").drafts
        assert not any(draft.ready for draft in drafts)
    (draft,) = read_intake(f"{head} \\\n  s:{URL} \\\n  's:Daryna GmbH'\n").drafts
    assert (draft.ready, draft.provider) == (True, "Daryna GmbH")


@pytest.mark.parametrize("remark", ["# {}", "rem {}", "// {}", ":: {}"])
@pytest.mark.parametrize(
    "rows", ["7C2F80A10002-3C4D\n7C2F80A10003\n", "MAC;Anbieter\n7C2F80A10002-3C4D;Acme\n7C2F80A10003;Acme\n"]
)
def test_a_list_with_a_call_as_a_remark_stays_a_list(remark: str, rows: str) -> None:
    ready, passed = read(f"{remark.format(CALL)}\n{rows}")
    assert [mac for _, mac in ready] == ["7C2F80A10002", "7C2F80A10003"]
    assert passed == {1: REMARK}
