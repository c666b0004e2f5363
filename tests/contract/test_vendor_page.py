"""The vendor page's own XML bodies and the answers to them; each test names the section it is from."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable

import httpx
import pytest

from tui.server.sandbox import Sandbox

REGISTER = b"""<?xml version='1.0'?>
<methodCall>
  <methodName>autoprov.registerDevice</methodName>
  <params>
    <param>
      <value>
        <string>7C2F80820EC0-55DF</string>
      </value>
    </param>
    <param>
      <value>
        <string>http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml</string>
      </value>
    </param>
    <param>
      <value>
        <string>Daryna</string>
      </value>
    </param>
  </params>
</methodCall>
"""

DEREGISTER = b"""<?xml version='1.0'?>
<methodCall>
  <methodName>autoprov.deregisterDevice</methodName>
  <params>
    <param>
      <value>
        <string>7C2F80820EC0-55DF</string>
      </value>
    </param>
  </params>
</methodCall>
"""

REGISTER_LIST_AS_PRINTED = b"""<?xml version='1.0'?>
<methodCall>
  <methodName>autoprovider.registerDeviceList</methodName>
  <params>
    <param>
      <value>
        <array>
          <data>
            <value><string>7C2F80820EC0-55DF</string></value>
            <value><string>7C2F80208295-1910</string></value>
          </data>
        </array>
      </value>
    </param>
    <param>
      <value><string>http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml</string></value>
    </param>
    <param>
      <value><string>Daryna</string></value>
    </param>
  </params>
</methodCall>
"""
REGISTER_LIST = REGISTER_LIST_AS_PRINTED.replace(b"autoprovider.", b"autoprov.")

DEREGISTER_LIST = b"""<?xml version='1.0'?>
<methodCall>
  <methodName>autoprov.deregisterDeviceList</methodName>
  <params>
    <param>
      <value><array>
        <data>
          <value><string>7C2F80820EC0-55DF</string></value>
          <value><string>7C2F80208295-1910</string></value>
        </data>
      </array></value>
    </param>
  </params>
</methodCall>
"""

LIST = b"""<?xml version='1.0'?>
<methodCall>
  <methodName>autoprov.listDevices</methodName>
  <params>
    </params>
</methodCall>
"""

LIST_PROVIDER = b"""<?xml version='1.0'?>
<methodCall>
  <methodName>autoprov.listDevices</methodName>
  <params>
    <param>
      <value><string>Daryna</string></value>
    </param>
  </params>
</methodCall>
"""

CHECK = b"""<?xml version='1.0'?>
<methodCall>
<methodName>autoprov.checkDevice</methodName>
<params>
<param>
<value><string>7C2F80820EC0-55DF</string></value>
</param>
</params>
</methodCall>
"""

PLAIN = "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml"
TEMPLATE = "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml"
Ask = Callable[..., list[object]]


def frame(*values: str) -> bytes:
    inside = "".join(f"<value>{value}</value>" for value in values)
    head = '<?xml version="1.0" encoding="UTF-8"?><methodResponse><params><param><value><array><data>'
    return f"{head}{inside}</data></array></value></param></params></methodResponse>".encode()


@pytest.fixture
def ask(sandbox: Sandbox, http: Callable[..., httpx.Response]) -> Ask:
    """The value that a stranger's reader finds in the answer to a body."""

    def post(body: bytes, box: Sandbox = sandbox) -> list[object]:
        reply = http(box, body=body)
        assert reply.status_code == 200
        value = xmlrpc.client.loads(reply.content)[0][0]
        assert isinstance(value, list)
        return value

    return post


def test_section_registration_of_the_single_device(ask: Ask) -> None:
    assert ask(REGISTER) == [True, "OK:55DF75196006"]


def test_section_registration_of_the_single_device_byte_for_byte(
    sandbox: Sandbox, http: Callable[..., httpx.Response]
) -> None:
    reply = http(sandbox, body=REGISTER)
    assert reply.content == frame("<boolean>1</boolean>", "OK:55DF75196006")
    assert reply.headers["content-type"] == "text/xml;charset=UTF-8"
    assert reply.headers["content-length"] == str(len(reply.content))


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ((b"55DF", b"55DX"), "mac_invalid:7C2F80820EC0-55DX"),
        ((b"http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml", b"nonsense"), "url_invalid:nonsense"),
        ((b"Daryna", b" "), "name_invalid: "),
    ],
)
def test_section_registration_of_the_single_device_error_answers(
    ask: Ask, change: tuple[bytes, bytes], answer: str
) -> None:
    assert ask(REGISTER.replace(*change)) == [False, answer]


def test_section_registration_of_the_single_device_in_use(ask: Ask) -> None:
    ask(REGISTER)
    assert ask(REGISTER) == [False, "mac_already_in_use:7C2F80820EC0"]


def test_section_deregistration_of_a_single_device(ask: Ask) -> None:
    ask(REGISTER)
    assert ask(DEREGISTER) == [True, "OK"]
    assert ask(DEREGISTER) == [False, "mac_not_found:7C2F80820EC0"]


def test_section_deregistration_of_a_single_device_by_bare_mac(ask: Ask) -> None:
    ask(REGISTER)
    assert ask(DEREGISTER.replace(b"-55DF", b"")) == [True, "OK"]


def test_section_register_device_list(ask: Ask) -> None:
    assert ask(REGISTER_LIST) == [True, "OK:55DF75196006", "OK:191001882432"]


def test_section_register_device_list_as_printed_is_an_unknown_handler(ask: Ask) -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        ask(REGISTER_LIST_AS_PRINTED)
    assert caught.value.faultCode == 0
    assert caught.value.faultString == "No such handler: autoprovider.registerDeviceList"


def test_section_register_device_list_with_an_inappropriate_mac_id(ask: Ask) -> None:
    bad = REGISTER_LIST.replace(b"7C2F80208295-1910", b"123456789123--1910")
    assert ask(bad) == [False, "mac_invalid:123456789123--1910"]
    assert ask(LIST) == []


def test_section_register_device_list_names_every_faulty_device_in_the_order_of_the_pages_codes(
    ask: Ask,
) -> None:
    ask(REGISTER)
    two = REGISTER_LIST.replace(b"7C2F80208295-1910", b"123456789123--1910")
    assert ask(two) == [False, "mac_invalid:123456789123--1910", "mac_already_in_use:7C2F80820EC0"]
    assert ask(REGISTER_LIST.replace(TEMPLATE.encode(), b"nonsense")) == [False, "url_invalid:nonsense"]


def test_section_register_device_list_with_a_device_nobody_made(
    ask: Ask, make_sandbox: Callable[..., Sandbox]
) -> None:
    strict = make_sandbox("factory=strict")
    bad = REGISTER_LIST.replace(b"7C2F80208295-1910", b"123456789123-1910")
    assert ask(bad, strict) == [False, "mac_not_exist:123456789123"]


def test_section_deregistration_of_the_list_of_devices(ask: Ask) -> None:
    ask(REGISTER_LIST)
    assert ask(DEREGISTER_LIST) == [True, "OK", "OK"]


def test_section_deregistration_of_the_list_of_devices_with_one_invalid(ask: Ask) -> None:
    ask(REGISTER_LIST)
    bad = DEREGISTER_LIST.replace(b"7C2F80208295-1910", b"123456789123--1910")
    assert ask(bad) == [False, "mac_invalid:123456789123--1910"]
    assert len(ask(LIST)) == 2


def test_section_list_devices(ask: Ask, make_sandbox: Callable[..., Sandbox]) -> None:
    assert ask(LIST, make_sandbox(sample=2)) == [
        ["7C2F80820EC0", "Daryna", PLAIN, "2014-11-27 14:23"],
        ["7C2F80807872", "Daryna", TEMPLATE, "2014-11-14 13:25"],
    ]


def test_section_list_devices_name(ask: Ask) -> None:
    ask(REGISTER)
    ask(REGISTER_LIST.replace(b"7C2F80820EC0-55DF", b"7C2F800DA979-2EE3").replace(b"Daryna", b"Somebody"))
    assert ask(LIST_PROVIDER) == [["7C2F80820EC0", "Daryna", PLAIN, "2026-11-23 09:30"]]


def test_section_list_devices_name_with_as_many_providers_as_you_wish(ask: Ask) -> None:
    ask(REGISTER)
    more = b"<param><value><string>Nobody</string></value></param></params>"
    assert len(ask(LIST_PROVIDER.replace(b"</params>", more))) == 1


def test_section_check_devices(ask: Ask, make_sandbox: Callable[..., Sandbox]) -> None:
    answer = [True, "7C2F80820EC0", "Daryna", "2014-11-27 14:23", PLAIN]
    assert ask(CHECK, make_sandbox(sample=2)) == answer


def test_section_check_devices_error_answers(ask: Ask) -> None:
    assert ask(CHECK) == [False, "mac_not_found:7C2F80820EC0"]
    assert ask(CHECK.replace(b"55DF", b"0000")) == [False, "mac_invalid:7C2F80820EC0"]


def test_section_usage_of_the_script_register_list_and_deregister(ask: Ask) -> None:
    one = REGISTER.replace(b"7C2F80820EC0-55DF", b"7C2F800DA979-2EE3")
    assert ask(one.replace(PLAIN.encode(), b"http://registration-test.pl")) == [True, "OK:2EE3EECC82C4"]
    assert ask(LIST_PROVIDER) == [
        ["7C2F800DA979", "Daryna", "http://registration-test.pl", "2026-11-23 09:30"]
    ]
    assert ask(DEREGISTER.replace(b"7C2F80820EC0-55DF", b"7C2F800DA979-2EE3")) == [True, "OK"]


def test_section_usage_of_the_script_both_list_calls(ask: Ask) -> None:
    def names(body: bytes) -> bytes:
        body = body.replace(b"7C2F80820EC0-55DF", b"7C2F80820ECE-FEB3")
        return body.replace(b"7C2F80208295-1910", b"7C2F800DA979-2EE3")

    register = names(REGISTER_LIST).replace(TEMPLATE.encode(), b"http://registration-list.pl")
    assert ask(register) == [True, "OK:FEB33F6876E5", "OK:2EE3EECC82C4"]
    assert ask(names(DEREGISTER_LIST)) == [True, "OK", "OK"]
