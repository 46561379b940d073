"""Reads the link of a receipt as the decision page of receipt links describes it, without a line of ours.

read_link.py TERMINAL_TOKEN LINK: prints the facts as JSON; exits 1 where the signature is not the terminal's.
"""

import base64
import hashlib
import hmac
import json
import sys

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block of SHA-256."""
    extracted = hmac.new(salt, key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


class Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, count: int) -> bytes:
        taken, self.data = self.data[:count], self.data[count:]
        if len(taken) < count:
            raise ValueError("too short")
        return taken

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self) -> str:
        return self.take(self.number()).decode("utf-8")


def facts_of(body: bytes) -> dict:
    left = Bytes(body)
    first, marks = left.take(2)
    if first >> 4 != 1:
        raise ValueError("not of version 1")
    terminal = left.text()
    number = int.from_bytes(left.take(16), "big")
    ulid = "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in range(25, -1, -1))
    facts = {
        "standing": first & 15,
        "language": marks & 3,
        "zone": (marks >> 2) & 3,
        "dates": marks >> 4,
        "orderId": f"{terminal}-{ulid}",
        "amount": left.number(),
        "number": left.number(),
        "rrnHead": left.number(),
        "paidAt": int.from_bytes(left.take(4), "big"),
        "days": left.number(),
    }
    for name in ("shop", "issuer", "acquirer", "reference"):
        facts[name] = left.text()
    facts["contact"] = [left.text() for _ in range(left.number())]
    facts["more"] = left.number()
    items = range(left.number())
    facts["items"] = [[left.number(), left.number(), left.text()] for _ in items]
    if left.data:
        raise ValueError("something behind the end")
    return facts


def main(token: str, link: str) -> int:
    signed = link.rsplit("/r/", 1)[1]
    data = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
    body, tag = data[:-16], data[-16:]
    facts = facts_of(body)
    terminal = facts["orderId"].rsplit("-", 1)[0]
    key = hkdf(hashlib.sha256(token.encode()).digest(), b"gopay-pos", b"receipt link 1 " + terminal.encode())
    if not hmac.compare_digest(hmac.new(key, body, hashlib.sha256).digest()[:16], tag):
        return 1
    print(json.dumps(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
