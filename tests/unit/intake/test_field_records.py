"""Objects, lists and blocks as other programs write them: what belongs to a device stays with it."""

import json
from typing import Any

import pytest

from tests.unit.intake.identifiers import wire_of
from tui.intake.reading import Intake, read_intake

URL = "http://own.example/%MACD.xml"
ONE, TWO = "7C2F80A10001", "7C2F80A10002"


def read(text: str) -> tuple[Intake, list[tuple[str, str, str]]]:
    intake = read_intake(text, default_url="http://p/%MACD", default_provider="Acme")
    return intake, [(wire_of(draft), draft.url, draft.provider) for draft in intake.drafts if draft.ready]


def devices(text: str) -> list[str]:
    return [wire for wire, _, _ in read(text)[1]]


@pytest.mark.parametrize(
    "value",
    [
        [[ONE, "1A2B"], [TWO, "3C4D"]],
        {"data": [[ONE, "1A2B", "Hall"], [TWO, "3C4D", "Store"]]},
        [["mac", "pin"], [ONE, "1A2B"], [TWO, "3C4D"]],
        {ONE: "1A2B", TWO: "3C4D"},
        {ONE: {"pin": "1A2B"}, TWO: {"pin": "3C4D"}},
        [{"pin": "1A2B", "network": {"mac": ONE}}, {"pin": "3C4D", "network": {"mac": TWO}}],
        [{"mac": ONE, "auth": {"pin": "1A2B"}}, {"mac": TWO, "auth": {"pin": "3C4D"}}],
        {"phone1": {"mac": ONE, "pin": "1A2B"}, "phone2": {"mac": TWO, "pin": "3C4D"}},
        {"macs": [{"mac": ONE, "crc": "1A2B"}, {"mac": TWO, "crc": "3C4D"}]},
    ],
)
def test_the_suffix_stays_with_its_device_in_every_shape_of_json(value: dict[Any, Any] | list[Any]) -> None:
    assert devices(json.dumps(value)) == [f"{ONE}-1A2B", f"{TWO}-3C4D"]


def test_lists_of_cells_one_a_line_are_rows() -> None:
    assert devices(f'["{ONE}","1A2B"]\n["{TWO}","3C4D"]\n') == [f"{ONE}-1A2B", f"{TWO}-3C4D"]


@pytest.mark.parametrize(
    "value",
    [
        {"url": URL, "provider": "Own", "devices": [ONE]},
        {"provider": "Own", "url": URL, "phones": [{"mac": ONE}]},
        [{"mac": ONE, "provisioning": {"url": URL, "provider": "Own"}}],
    ],
)
def test_the_target_around_a_device_and_within_it_is_its_own(
    value: dict[Any, Any] | list[dict[str, dict[str, str] | str]],
) -> None:
    assert read(json.dumps(value))[1] == [(ONE, URL, "Own")]


def test_a_device_with_its_own_key_for_the_provider_keeps_it() -> None:
    text = json.dumps({"provider": "Own", "phones": [{"mac": ONE, "customer": "Mine"}, {"mac": TWO}]})
    assert [provider for _, _, provider in read(text)[1]] == ["Mine", "Own"]


def test_a_target_that_belongs_to_no_device_is_named() -> None:
    intake, _ = read(json.dumps({"defaults": {"provider": "Base"}, "phones": [{"mac": ONE}]}))
    assert "Not used: provider Base." in intake.notes
    intake, _ = read(f"provider: Base\n\n- mac: {ONE}\n  pin: 1A2B\n")
    assert "Not used: provider Base, in the block from line 1 on." in intake.notes


def test_the_mac_of_something_within_a_device_is_named_and_not_registered() -> None:
    intake, made = read(json.dumps([{"mac": ONE, "uplink": {"mac": "021122334455"}}]))
    assert [wire for wire, _, _ in made] == [ONE]
    assert any("uplink" in note for note in intake.notes)


def test_devices_within_json_have_the_line_on_which_they_stand() -> None:
    text = json.dumps({"sites": {"north": {"phones": [{"mac": ONE}, {"mac": TWO}]}}}, indent=1)
    lines = text.splitlines()
    assert [
        ONE in lines[draft.line - 1] or TWO in lines[draft.line - 1] for draft in read(text)[0].drafts
    ] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"[{ONE}]\nurl = {URL}\nprovider = Own\n",
        f'"{ONE}":\n  url: {URL}\n  provider: Own\n',
        f'[[phone]]\nmac = "{ONE}"\nurl = "{URL}" # where\nprovider = \'Own\'\n',
    ],
)
def test_a_section_of_a_device_gives_its_target(text: str) -> None:
    assert read(text)[1] == [(ONE, URL, "Own")]
