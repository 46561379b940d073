"""A second opinion on the frames of cash registers, which shares nothing with the drivers.

Reads lines `PROFILE question|answer HEX` and writes one line of JSON each: the fields of the frame, or `error`.
Written from the byte tables of the profiles: names and lengths of the fields, one after the other.
"""

import json
import sys

BCA_QUESTION = [
    ("version", 1), ("type", 2), ("amount", 12), ("other", 12), ("pan", 19), ("expiry", 4), ("cancel", 2),
    ("invoice", 6), ("auth", 6), ("instalment", 1), ("redeem", 1), ("dcc", 1), ("plan", 3), ("tenor", 2),
    ("generic", 12), ("reference", 12), ("date", 4), ("filler", 50),
]
BCA_ANSWER = [
    ("version", 1), ("type", 2), ("amount", 12), ("other", 12), ("pan", 19), ("expiry", 4), ("code", 2),
    ("rrn", 12), ("approval", 6), ("date", 8), ("time", 6), ("mid", 15), ("tid", 8), ("offline", 1), ("name", 26),
    ("cashier", 16), ("invoice", 6), ("batch", 6), ("issuer", 2), ("instalment", 1), ("dcc", 1), ("reward", 1),
    ("info", 12), ("decimals", 1), ("currency", 3), ("rate", 8), ("coupon", 1), ("filler", 8),
]
BRI_QUESTION = [("type", 1), ("amount", 12), ("add", 12), ("number", 12), ("card", 19), ("filler", 144)]
CIMB_QUESTION = [("type", 1), ("amount", 12), ("number", 6), ("card", 19), ("filler", 162)]
BRI_ANSWER = [
    ("type", 1), ("tid", 8), ("mid", 15), ("batch", 6), ("issuer", 25), ("trace", 6), ("invoice", 6), ("entry", 1),
    ("amount", 12), ("total", 12), ("pan", 19), ("name", 26), ("date", 8), ("time", 6), ("approval", 8), ("code", 2),
    ("rrn", 12), ("balance", 12), ("topup", 19), ("add", 12), ("text", 84),
]
CIMB_ANSWER = [
    ("type", 1), ("tid", 8), ("mid", 15), ("trace", 6), ("invoice", 6), ("entry", 1), ("amount", 12), ("add", 12),
    ("total", 12), ("pan", 19), ("name", 26), ("date", 8), ("time", 6), ("approval", 6), ("code", 2), ("rrn", 12),
    ("refid", 6), ("term", 2), ("monthly", 12), ("points", 9), ("redeemed", 11), ("balance", 9), ("text", 99),
]
PIPES = ["tid", "mid", "issuer", "pan", "entry", "kind", "batch", "trace", "date", "time", "rrn", "approval", "amount"]

#          first byte under the checksum, payload of a question, of an answer
SIZED = {
    "bca": (1, BCA_QUESTION, BCA_ANSWER),
    "bri": (0, BRI_QUESTION, BRI_ANSWER),
    "cimb": (0, CIMB_QUESTION, CIMB_ANSWER),
}


def lrc(data):
    total = 0
    for byte in data:
        total ^= byte
    return total


def cut(payload, table):
    """The fields of `table`, which must use up the payload."""
    fields, at = {}, 0
    for name, length in table:
        fields[name] = payload[at : at + length].decode("latin-1")
        at += length
    if at != len(payload):
        raise ValueError(f"{len(payload)} bytes of payload, {at} in the table")
    return fields


def shifted(table):
    """QRIS answers: an approval code of nine, and three bytes less of filler."""
    other = {"approval": 9, "filler": 5}
    return [(name, other.get(name, length)) for name, length in table]


def sized(profile, direction, frame):
    first, question, answer = SIZED[profile]
    if frame[0] != 0x02 or frame[-2] != 0x03:
        raise ValueError("no STX or ETX")
    length = int(f"{frame[1]:02x}{frame[2]:02x}")
    if len(frame) != length + 5:
        raise ValueError(f"length says {length}, the frame has {len(frame)} bytes")
    if lrc(frame[first:-1]) != frame[-1]:
        raise ValueError(f"checksum {frame[-1]:02x}, computed {lrc(frame[first:-1]):02x}")
    table = question if direction == "question" else answer
    payload = frame[3:-2]
    if profile == "bca" and direction == "answer" and payload[1:3] in (b"31", b"32"):
        table = shifted(table)
    # The older layout of questions, which both of the 200/300 profiles have been seen with.
    if profile == "bri" and direction == "question" and payload[19:25] == bytes(6):
        table = CIMB_QUESTION
    return cut(payload, table)


def bare(direction, frame):
    if frame[0] != 0x02 or frame[1] != 0x01 or frame[-2] != 0x03:
        raise ValueError("no STX, version or ETX")
    if lrc(frame[1:-1]) != frame[-1]:
        raise ValueError(f"checksum {frame[-1]:02x}, computed {lrc(frame[1:-1]):02x}")
    text = frame[2:-2].decode("ascii")
    if not text.isprintable():
        raise ValueError("a payload that is not printable")
    fields = {"type": text[:2]}
    if direction == "question":
        return {**fields, "amount": text[2:]}
    parts = text[4:].split("|")
    if len(parts) != len(PIPES):
        raise ValueError(f"{len(parts)} fields between bars")
    return {**fields, "code": text[2:4], **dict(zip(PIPES, parts))}


def decode(profile, direction, frame):
    fields = bare(direction, frame) if profile == "mandiri" else sized(profile, direction, frame)
    return {name: value.rstrip("\0") for name, value in fields.items()}


for line in sys.stdin:
    which, way, text = line.split()
    try:
        print(json.dumps(decode(which, way, bytes.fromhex(text))))
    except (ValueError, IndexError) as error:
        print(json.dumps({"error": str(error)}))
