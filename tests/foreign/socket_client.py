# A socket, HTTP/1.0 and patterns; one connection for each call.
import base64
import re
import socket
import sys
from html import escape, unescape
from urllib.parse import urlsplit

url, user, password = sys.argv[1:]
parts = urlsplit(url)
login = base64.b64encode(f"{user}:{password}".encode()).decode()
for line in sys.stdin.read().splitlines():
    method, *words = line.split("\t")
    params = ""
    for word in words:
        if word.startswith("sl:"):
            inside = "".join(f"<value><string>{one}</string></value>" for one in word[3:].split(","))
            params += f"<param><value><array><data>{inside}</data></array></value></param>"
        else:
            params += f"<param><value><string>{escape(word[2:])}</string></value></param>"
    body = f"<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>".encode()
    head = (
        f"POST {parts.path} HTTP/1.0\r\nauthorization: basic {login}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port)) as stream:
        stream.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: stream.recv(4096), b"")).decode()
    status = answer.split()[1]
    if status != "200":
        print("status", status)
    elif "<fault>" in answer:
        print("fault", *(unescape(one) for one in re.findall(r"<value>(?:<\w+>)?([^<]*)<", answer)[-2:]))
    else:
        inside = answer.partition("<data>")[2].rpartition("</data>")[0]
        for row, flag, text in re.findall(
            r"<value>(?:<array><data>(.*?)</data></array>|<boolean>([01])</boolean>|([^<]*))</value>",
            inside,
        ):
            if row:
                print("\t".join(unescape(one) for one in re.findall(r"<value>([^<]*)</value>", row)))
            else:
                print({"1": "true", "0": "false"}.get(flag) or unescape(text))
    print(".")
