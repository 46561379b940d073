"""A cash register that speaks ZVT, for tests: python3 and its standard library only.

Written from the tables of the protocol papers alone, and not from the driver: the two agree only where both are right.

    ecr.py serial PATH | ecr.py tcp HOST PORT

Lines in:   send HEX            an APDU, in the frame of the transport
            raw HEX             bytes as they are
            reply CMD ANSWER..  what is replied to the terminal's command CMD (040f): an APDU in hex, ok, or none;
                                several are used up in turn, then it is ok again; without any, ok
            mute | unmute       the serial ACKs, too
            open | close        the line (it is opened by itself at first)
Lines out:  one JSON object each: {"heard": "040f", "apdu": hex, "fields": {...}}, {"heard": "ack"}, {"error": words}
"""

import fcntl
import json
import os
import select
import socket
import sys
import termios
import tty

FIXED = {
    0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2, 0x17: 2, 0x19: 1,
    0x27: 1, 0x29: 4, 0x2A: 15, 0x37: 3, 0x3A: 2, 0x3B: 8, 0x3D: 3, 0x49: 2, 0x87: 2, 0x88: 3, 0x8A: 1,
    0x8C: 1, 0xA0: 1, 0xAA: 3,
}
LLVAR, LLLVAR = {0x22, 0x23, 0x8B}, {0x24, 0x3C, 0x60}


def build_table():
    """CRC with the reflected polynomial 8408, by table: another way of computing than bit by bit."""
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ (0x8408 if n & 1 else 0)
        table.append(n)
    return table


TABLE = build_table()


def crc(data):
    value = 0
    for byte in data:
        value = (value >> 8) ^ TABLE[(value ^ byte) & 0xFF]
    return value


assert crc(b"123456789") == 0x2189


def serial_frame(apdu):
    return (
        b"\x10\x02" + apdu.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc(apdu + b"\x03").to_bytes(2, "little")
    )


def ber(data, at):
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def tlv(data):
    found, at = [], 0
    while at < len(data):
        tag = f"{data[at]:02x}"
        if data[at] & 0x1F == 0x1F:
            at += 1
            tag += f"{data[at]:02x}"
        size, at = ber(data, at + 1)
        assert at + size <= len(data), f"TLV {tag} is cut off"
        value = data[at : at + size]
        inner = tlv(value) if tag in ("24", "25", "26", "e3") else None
        found.append({"tag": tag, "value": value.hex(), **({"in": inner} if inner is not None else {})})
        at += size
    return found


def bitmaps(data):
    fields, at = {}, 0
    while at < len(data):
        tag = data[at]
        at += 1
        if tag == 0x06:
            size, at = ber(data, at)
            fields["06"] = tlv(data[at : at + size])
        else:
            if tag in FIXED:
                size = FIXED[tag]
            else:
                digits = 2 if tag in LLVAR else 3 if tag in LLLVAR else None
                assert digits is not None, f"unknown bitmap {tag:02x}"
                assert all(b >> 4 == 0xF for b in data[at : at + digits])
                size = int("".join(str(b & 0xF) for b in data[at : at + digits]))
                at += digits
            fields[f"{tag:02x}"] = data[at : at + size].hex()
        assert at + size <= len(data), f"bitmap {tag:02x} is cut off"
        at += size
    return fields


def decode(apdu):
    command = apdu[:2].hex()
    size, at = apdu[2], 3
    if size == 0xFF:
        size, at = int.from_bytes(apdu[3:5], "little"), 5
    data = apdu[at:]
    assert len(data) == size, "length"
    if command in ("040f",):
        return command, bitmaps(data)
    if command == "04ff":
        rest = {"timeout": data[1:2].hex(), **bitmaps(data[2:])} if len(data) > 1 else {}
        return command, {"status": data[:1].hex(), **rest}
    if command == "06d1":
        return command, {"attribute": data[:1].hex(), "text": data[1:].decode("ascii")}
    if command == "06d3":
        return command, bitmaps(data)
    if command == "061e":
        return command, {"code": data[:1].hex(), **bitmaps(data[1:])}
    if command == "060f":
        if data[:1] == b"\xf0" and len(data) > 3 and data[1] >> 4 == 0xF:
            size = int("".join(str(b & 0xF) for b in data[:3]))
            return command, {"software": data[3 : 3 + size].decode(), "status": data[3 + size : 4 + size].hex()}
        return command, bitmaps(data)
    return command, {"data": data.hex()}


class Register:
    def __init__(self, where):
        self.where = where
        self.fd = None
        self.sock = None
        self.buffer = b""
        self.replies = {}
        self.muted = False
        self.open()

    def open(self):
        self.buffer = b""
        if self.where[0] == "tcp":
            self.sock = socket.create_connection((self.where[1], int(self.where[2])))
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.fd = self.sock.fileno()
        else:
            self.fd = os.open(self.where[1], os.O_RDWR | os.O_NOCTTY)
            tty.setraw(self.fd)
            attributes = termios.tcgetattr(self.fd)
            attributes[2] |= termios.CSTOPB
            termios.tcsetattr(self.fd, termios.TCSANOW, attributes)
        say({"heard": "open"})

    def close(self):
        if self.fd is None:
            return
        if self.sock is not None:
            self.sock.close()
            self.sock = None
        else:
            os.close(self.fd)
        self.fd = None

    @property
    def serial(self):
        return self.where[0] == "serial"

    def raw(self, data):
        while data:
            data = data[os.write(self.fd, data) :]

    def send(self, apdu):
        self.raw(serial_frame(apdu) if self.serial else apdu)

    def read(self):
        data = os.read(self.fd, 4096)
        if not data:
            say({"heard": "closed"})
            self.close()
            return
        self.buffer += data
        while self.take_serial() if self.serial else self.take_stream():
            pass

    def take_stream(self):
        b = self.buffer
        if len(b) < 3 or (b[2] == 0xFF and len(b) < 5):
            return False
        size = 5 + int.from_bytes(b[3:5], "little") if b[2] == 0xFF else 3 + b[2]
        if len(b) < size:
            return False
        self.buffer = b[size:]
        self.heard(b[:size])
        return True

    def take_serial(self):
        b = self.buffer
        if not b:
            return False
        if b[0] in (0x06, 0x15):
            self.buffer = b[1:]
            say({"heard": "ack" if b[0] == 0x06 else "nak"})
            return True
        if b[0] != 0x10:
            self.buffer = b[1:]
            say({"error": f"stray byte {b[0]:02x}"})
            return True
        if len(b) < 2:
            return False
        assert b[1] == 0x02, f"10 {b[1]:02x} in place of a frame"
        apdu, at = bytearray(), 2
        while True:
            if at >= len(b) or (b[at] == 0x10 and at + 1 >= len(b)):
                return False
            if b[at] == 0x10:
                if b[at + 1] == 0x03:
                    break
                assert b[at + 1] == 0x10, "a single DLE"
                at += 1
            apdu.append(b[at])
            at += 1
        if at + 4 > len(b):
            return False
        right = crc(bytes(apdu) + b"\x03").to_bytes(2, "little") == b[at + 2 : at + 4]
        self.buffer = b[at + 4 :]
        if not right:
            say({"error": "wrong checksum", "apdu": bytes(apdu).hex()})
            self.raw(b"\x15")
            return True
        if not self.muted:
            self.raw(b"\x06")
        self.heard(bytes(apdu))
        return True

    def heard(self, apdu):
        command, fields = decode(apdu)
        say({"heard": command, "apdu": apdu.hex(), "fields": fields})
        if command[:2] in ("80", "84"):
            return
        waiting = self.replies.get(command, [])
        answer = waiting.pop(0) if waiting else "ok"
        if answer != "none":
            self.send(bytes.fromhex("800000" if answer == "ok" else answer))


def say(event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def obey(register, line):
    word, *rest = line.split()
    if word == "send":
        register.send(bytes.fromhex("".join(rest)))
    elif word == "raw":
        register.raw(bytes.fromhex("".join(rest)))
    elif word == "reply":
        register.replies[rest[0]] = rest[1:]
    elif word == "mute":
        register.muted = True
    elif word == "unmute":
        register.muted = False
    elif word == "open":
        register.open()
    elif word == "close":
        register.close()
    else:
        raise ValueError(line)


def main():
    register = Register(sys.argv[1:])
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_NONBLOCK)
    pending = b""
    while True:
        watched = [0] + ([register.fd] if register.fd is not None else [])
        ready, _, _ = select.select(watched, [], [])
        if register.fd is not None and register.fd in ready:
            try:
                register.read()
            except OSError as error:
                say({"heard": "closed", "why": str(error)})
                register.close()
        if 0 in ready:
            data = os.read(0, 4096)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                if line.strip():
                    obey(register, line.decode())


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        say({"error": f"{type(error).__name__}: {error}"})
        raise
