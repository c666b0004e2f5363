"""The table of remote methods."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tui.wire.xmlrpc import methods


def test_the_table_holds_exactly_the_six_documented_methods() -> None:
    assert set(methods.METHODS) == {
        "autoprov.registerDevice",
        "autoprov.registerDeviceList",
        "autoprov.deregisterDevice",
        "autoprov.deregisterDeviceList",
        "autoprov.listDevices",
        "autoprov.checkDevice",
    }


def test_only_registering_and_deregistering_change_records() -> None:
    assert {name for name, method in methods.METHODS.items() if not method.changes} == {
        methods.LIST,
        methods.CHECK,
    }


def test_a_method_that_is_not_in_the_table_is_taken_to_change_records() -> None:
    assert methods.changes_records("autoprov.somethingNew")


@pytest.mark.parametrize(
    ("name", "index", "said"),
    [
        (methods.REGISTER, 1, "url"),
        (methods.REGISTER_LIST, 0, "mac_ids"),
        (methods.LIST, 4, "provider"),
        (methods.CHECK, 1, "parameter 2"),
        ("other.method", 0, "parameter 1"),
    ],
)
def test_a_parameter_is_named_for_messages(name: str, index: int, said: str) -> None:
    assert methods.parameter_name(name, index) == said


@pytest.mark.parametrize("module", ["tui.wire.xmlrpc.methods", "tui.wire.client", "tui.wire.xmlrpc.codec"])
def test_importing_the_wire_loads_no_http_library_and_no_tls(module: str) -> None:
    script = (
        f"import sys, {module}; print([m for m in ('httpx', 'ssl', 'asyncio', 'email') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
