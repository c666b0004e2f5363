"""Facts of the vendor page, section by section."""

from tui.model.vendor import expect_contact, find_family, write_dx800_patch


def test_the_dx800_patch_holds_the_seven_settings_of_the_vendor_page():
    lines = write_dx800_patch().splitlines()
    assert len(lines) == 7
    assert lines[0] == "BS_IP_Data1.ucB_HAS_PROVISIONING_CODE=1"
    code = lines[-1].partition("=")[2]
    assert bytes(int(part, 16) for part in code.split(",")) == b"444"


def test_a_maxwell_10_asks_after_fifty_seconds():
    family = find_family("maxwell 10")
    assert family is not None
    assert (family.asks_after, family.configured_after) == (50, 120)
    assert "50 s" in expect_contact(family)
    assert "2 min" in expect_contact(family)


def test_a_model_finds_its_family_and_a_stranger_none():
    assert find_family(" n510 ip pro ").name == "N510"
    assert find_family("T46S") is None
    assert expect_contact(None)
