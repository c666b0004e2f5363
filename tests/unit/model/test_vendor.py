"""Facts of the vendor page, section by section."""

from tui.model.vendor import write_dx800_patch


def test_the_dx800_patch_holds_the_seven_settings_of_the_vendor_page() -> None:
    lines = write_dx800_patch().splitlines()
    assert len(lines) == 7
    assert lines[0] == "BS_IP_Data1.ucB_HAS_PROVISIONING_CODE=1"
    code = lines[-1].partition("=")[2]
    assert bytes(int(part, 16) for part in code.split(",")) == b"444"
