"""What the vendor publishes about its phones: DX800 patch, timing, rival sources of the URL."""

from __future__ import annotations

DEFAULT_DVID = "42/2"

# Vendor page, "DX800 enabling Redirect Server"; the code bytes are ASCII "444".
DX800_SETTINGS: tuple[tuple[str, str], ...] = (
    ("BS_IP_Data1.ucB_HAS_PROVISIONING_CODE", "1"),
    ("BS_IP_Data1.ucB_SHOW_PROVISIONING_CODE_IN_HS", "1"),
    ("BS_IP_Data1.ucB_AUTOPROVISIONING", "0"),
    ("BS_IP_Data1.ucI_AUTOPROVISIONING_STYLE", "0"),
    ("BS_IP_Data1.ucB_AUTO_UPDATE_PROFILE", "1"),
    ("BS_IP_Data3.ucI_ONESHOT_PROVISIONING_MODE_1", "1"),
    ("BS_IP_Data1.aucS_AUTOPROVISIONING_CODE", "0x34,0x34,0x34"),
)


def write_dx800_patch() -> str:
    """The seven settings that switch the redirect server on in a DX800, one `name=value` a line (vendor
    page).
    """
    return "".join(f"{name}={value}\n" for name, value in DX800_SETTINGS)


RIVAL_SOURCES: tuple[str, ...] = (
    "SIP multicast in the local network, asked after boot and on by default",
    "DHCP option 114 (at most 74 characters; beats option 66)",
    "DHCP option 66 (on by default on the N510 and Maxwell, off on the N720)",
    "a configuration that the phone already holds: a changed record counts when it asks again, "
    "in practice after a factory reset",
)

# Vendor page for Maxwell 10.
CONTACT = "A Maxwell 10 asks about 50 s after boot and is configured after about 2 min; others are faster."
