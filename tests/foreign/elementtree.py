# http.client and ElementTree over one kept connection; values without a type, no XML declaration.
import base64
import http.client
import sys
import xml.etree.ElementTree as tree
from urllib.parse import urlsplit

url, user, password = sys.argv[1:]
parts = urlsplit(url)
line_to = http.client.HTTPConnection(parts.hostname or "", parts.port)
login = base64.b64encode(f"{user}:{password}".encode()).decode()


def build(word: str) -> tree.Element:
    value = tree.Element("value")
    if word.startswith("sl:"):
        data = tree.SubElement(tree.SubElement(value, "array"), "data")
        for part in word[3:].split(","):
            tree.SubElement(data, "value").text = part
    else:
        value.text = word[2:]
    return value


def read(value: tree.Element) -> str:
    data = value.find("array/data")
    if data is not None:
        return "\t".join(read(one) for one in data.findall("value"))
    inner = value[0] if len(value) else value
    text = inner.text or ""
    return {"1": "true", "0": "false"}[text] if inner.tag == "boolean" else text


for line in sys.stdin.read().splitlines():
    method, *words = line.split("\t")
    call = tree.Element("methodCall")
    tree.SubElement(call, "methodName").text = method
    params = tree.SubElement(call, "params")
    for word in words:
        tree.SubElement(params, "param").append(build(word))
    headers = {"Authorization": f"Basic {login}", "Content-Type": "text/xml"}
    line_to.request("POST", parts.path, tree.tostring(call, "utf-8"), headers)
    reply = line_to.getresponse()
    body = reply.read()
    if reply.status != 200:
        print("status", reply.status)
    else:
        root = tree.fromstring(body)
        members = root.findall("fault/value/struct/member/value")
        if members:
            print("fault", *map(read, members))
        else:
            for one in root.findall("params/param/value/array/data/value"):
                print(read(one))
    print(".")
