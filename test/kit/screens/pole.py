#!/usr/bin/env python3
"""A customer's pole of two lines with twenty places, of one command set or the other.

Reads bytes (as hex, a line for each pole) from standard input and prints what stands on it as JSON: lines, brightness, cursor. It shares no
code with the driver, knows the commands of the makers' tables only, and stops at everything else.

usage: pole.py cd5220|epson
"""
import json
import sys

COLUMNS = 20


class Pole:
    def __init__(self):
        self.power_on()

    def power_on(self):
        self.cells = [[" "] * COLUMNS for _ in range(2)]
        self.x = self.y = 0
        self.brightness = 4
        self.cursor = True

    def clear(self):
        self.cells = [[" "] * COLUMNS for _ in range(2)]
        self.x = self.y = 0

    def put(self, byte):
        self.cells[self.y][self.x] = chr(byte)
        self.x += 1
        if self.x == COLUMNS:
            self.x = 0
            self.y = 1 - self.y

    def said(self):
        lines = ["".join(row) for row in self.cells]
        return {"lines": lines, "brightness": self.brightness, "cursor": self.cursor}


def fail(what, at):
    raise SystemExit("%s at byte %d" % (what, at))


def cd5220(data):
    pole = Pole()
    lines_only = False
    at = 0
    while at < len(data):
        byte = data[at]
        if data[at:at + 2] == b"\x1bQ":
            if data[at + 2:at + 3] not in (b"A", b"B"):
                fail("ESC Q without A or B", at)
            end = data.find(b"\r", at)
            text = data[at + 3:end]
            if end < 0 or len(text) > COLUMNS:
                fail("a line that does not end", at)
            if any(not 0x20 <= value <= 0x7E for value in text):
                fail("a sign that is no letter in a line", at)
            pole.cells[data[at + 2] - 0x41] = list(text.decode("ascii").ljust(COLUMNS))
            lines_only = True
            at = end + 1
            continue
        if byte in (0x0C, 0x18):
            lines_only = False
            pole.clear()
            at += 1
            continue
        if lines_only:
            fail("something else than a line after ESC Q", at)
        if data[at:at + 2] == b"\x1b@":
            pole.power_on()
            at += 2
        elif data[at:at + 2] == b"\x1b_" and data[at + 2] in (0, 1):
            pole.cursor = data[at + 2] == 1
            at += 3
        elif data[at:at + 2] == b"\x1b*" and 1 <= data[at + 2] <= 4:
            pole.brightness = data[at + 2]
            at += 3
        elif 0x20 <= byte <= 0x7E:
            pole.put(byte)
            at += 1
        else:
            fail("an unknown command %02x" % byte, at)
    return pole


def epson(data):
    pole = Pole()
    at = 0
    while at < len(data):
        byte = data[at]
        if data[at:at + 2] == b"\x1b@":
            pole.power_on()
            at += 2
        elif byte == 0x0C:
            pole.clear()
            at += 1
        elif data[at:at + 2] == b"\x1f$":
            x, y = data[at + 2], data[at + 3]
            if not (1 <= x <= COLUMNS and 1 <= y <= 2):
                fail("a place that there is not", at)
            pole.x, pole.y = x - 1, y - 1
            at += 4
        elif data[at:at + 2] == b"\x1fX" and 1 <= data[at + 2] <= 4:
            pole.brightness = data[at + 2]
            at += 3
        elif data[at:at + 2] == b"\x1fC" and data[at + 2] in (0, 1):
            pole.cursor = data[at + 2] == 1
            at += 3
        elif 0x20 <= byte <= 0x7E:
            pole.put(byte)
            at += 1
        else:
            fail("an unknown command %02x" % byte, at)
    return pole


kind = {"cd5220": cd5220, "epson": epson}[sys.argv[1]]
for line in sys.stdin.read().split("\n"):
    print(json.dumps(kind(bytes.fromhex(line)).said()))
