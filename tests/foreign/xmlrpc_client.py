# Python's own xmlrpc.client.
import sys
import xmlrpc.client
from urllib.parse import quote

url, user, password = sys.argv[1:]
proxy = xmlrpc.client.ServerProxy(url.replace("://", f"://{quote(user)}:{quote(password)}@"))
for line in sys.stdin.read().splitlines():
    method, *words = line.split("\t")
    params = [word[3:].split(",") if word.startswith("sl:") else word[2:] for word in words]
    try:
        for value in getattr(proxy, method)(*params):
            text = "\t".join(value) if isinstance(value, list) else value
            print(str(text).lower() if isinstance(text, bool) else text)
    except xmlrpc.client.Fault as fault:
        print("fault", fault.faultCode, fault.faultString)
    except xmlrpc.client.ProtocolError as error:
        print("status", error.errcode)
    print(".")
