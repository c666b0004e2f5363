# urllib, which sends the login only after a 401, and minidom.
import sys
import urllib.error
import urllib.request
from xml.dom import minidom
from xml.sax.saxutils import escape

url, user, password = sys.argv[1:]
keys = urllib.request.HTTPPasswordMgrWithDefaultRealm()
keys.add_password(None, url, user, password)
opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPBasicAuthHandler(keys)
)


def spell(word: str) -> str:
    if word.startswith("sl:"):
        inside = "".join(f"<value><string>{escape(part)}</string></value>" for part in word[3:].split(","))
        return f"<array><data>{inside}</data></array>"
    return f"<string>{escape(word[2:])}</string>"


def children(node: minidom.Node, name: str) -> list[minidom.Element]:
    return [one for one in node.childNodes if isinstance(one, minidom.Element) and one.nodeName == name]


def text_of(node: minidom.Node) -> str:
    if isinstance(node, minidom.Text):
        return node.data
    return "".join(text_of(one) for one in node.childNodes)


def read(value: minidom.Node) -> str:
    for array in children(value, "array"):
        return "\t".join(read(one) for one in children(children(array, "data")[0], "value"))
    for boolean in children(value, "boolean"):
        return "true" if text_of(boolean) == "1" else "false"
    return text_of(value)


for line in sys.stdin.read().splitlines():
    method, *words = line.split("\t")
    params = "".join(f"<param><value>{spell(word)}</value></param>" for word in words)
    call = f"<methodName>{method}</methodName><params>{params}</params>"
    body = f"<?xml version='1.0'?><methodCall>{call}</methodCall>"
    try:
        request = urllib.request.Request(url, body.encode(), {"Content-Type": "text/xml"})
        document = minidom.parseString(opener.open(request).read())
    except urllib.error.HTTPError as error:
        print("status", error.code)
    else:
        if document.getElementsByTagName("fault"):
            members = document.getElementsByTagName("member")
            print("fault", *(text_of(children(one, "value")[0]) for one in members))
        else:
            answer = document.getElementsByTagName("data")[0]
            for value in children(answer, "value"):
                print(read(value))
    print(".")
