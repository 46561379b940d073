"""sell.py REF AMOUNT [ITEMS]: sells and acknowledges; ITEMS as JSON. Python 3, nothing to install."""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ref, amount = sys.argv[1], int(sys.argv[2])
items = {"items": json.loads(sys.argv[3])} if len(sys.argv) > 3 else {}
sales = os.environ.get("TERMINAL", "http://127.0.0.1:8420") + "/v1/sales"
one = f"{sales}/{urllib.parse.quote(ref, safe='')}"


def ask(method, url, body=None):
    """The same request until it is answered: the same ref is the same sale, so nothing is charged twice."""
    data = None if body is None else json.dumps(body).encode()
    while True:
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            said = json.load(problem)
            if problem.code not in (429, 503):
                sys.exit(f"{said['fault']} {said['detail']}")
            print(said["detail"], file=sys.stderr)
        except OSError as error:
            print("no answer:", error, file=sys.stderr)
        time.sleep(1)


sale = ask("POST", sales, {"ref": ref, "amount": amount, **items})
print(sale["state"], sale.get("qr"))
while sale["state"] in ("charging", "scan", "closing", "unknown"):
    if sale["state"] == "unknown":  # Not known yet is no failure.
        time.sleep(5)
    sale = ask("GET", one + "?wait=60")
print(sale["state"], sale["order_id"])
if sale["state"] != "approved":
    sys.exit(1)
# Hand over here, then say that it is done; without this line the sale is owed to the customer.
ask("POST", one + "/ack")
