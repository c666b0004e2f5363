# A packed body in pieces, without a length; expat reads the answer as it comes.
import base64
import gzip
import http.client
import sys
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import escape

url, user, password = sys.argv[1:]
parts = urlsplit(url)
login = base64.b64encode(f"{user}:{password}".encode()).decode()


def spell(word: str) -> str:
    if word.startswith("sl:"):
        inside = "".join(f"<value>{escape(part)}</value>" for part in word[3:].split(","))
        return f"<array><data>\n{inside}\n</data></array>"
    return escape(word[2:])


class Reader:
    def __init__(self) -> None:
        self.row: list[str] = []
        self.lines: list[str] = []
        self.depth, self.text, self.fault, self.kind = 0, "", False, ""

    def start(self, name: str, _: object) -> None:
        if name == "array":
            self.depth += 1
            self.row = []
        elif name == "fault":
            self.fault = True
        if name in ("value", "boolean", "int", "i4", "string"):
            self.text, self.kind = "", name

    def data(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        if name == "array":
            if self.depth == 2:
                self.lines.append("\t".join(self.row))
            self.depth -= 1
            self.kind = ""
        elif name == "value" and self.kind:
            kind = {"1": "true", "0": "false"}[self.text] if self.kind == "boolean" else self.text
            (self.row if self.depth > 1 else self.lines).append(kind)
            self.kind = ""


for line in sys.stdin.read().splitlines():
    method, *words = line.split("\t")
    params = "".join(f"<param><value>{spell(word)}</value></param>" for word in words)
    body = f"<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"
    packed = gzip.compress(body.encode())
    line_to = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {"Authorization": f"Basic {login}", "Content-Encoding": "gzip"}
    line_to.request("POST", parts.path, iter([packed[:7], packed[7:]]), headers, encode_chunked=True)
    reply = line_to.getresponse()
    if reply.status != 200:
        print("status", reply.status)
    else:
        reader, parser = Reader(), expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
        parser.CharacterDataHandler = reader.data
        parser.ParseFile(reply)
        if reader.fault:
            print("fault", *reader.lines)
        else:
            print("".join(f"{one}\n" for one in reader.lines), end="")
    print(".")
    line_to.close()
