#!/usr/bin/env python3
"""What stands on a text terminal, and its half blocks as a picture.

A small terminal of its own: it knows the few sequences that the driver may send and stops at everything else. Reads
bytes (UTF-8) from standard input, writes a PNG of all cells that are black on white, and prints the lines as JSON.

usage: half_blocks.py PNG COLUMNS ROWS
"""
import json
import re
import struct
import sys
import zlib

MODULE = 4

png_path, columns, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
text = sys.stdin.buffer.read().decode("utf-8")
blank = (" ", False)
cells = [[blank] * columns for _ in range(rows)]
x = y = 0
paper = False
at = 0
sequence = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")
while at < len(text):
    char = text[at]
    if char == "\x1b":
        found = sequence.match(text, at)
        if not found:
            raise SystemExit("an escape that ends nowhere at %d" % at)
        number, name = found.groups()
        if name == "m" and number in ("0", "30;47;107"):
            paper = number != "0"
        elif name == "J" and number == "2":
            cells = [[blank] * columns for _ in range(rows)]
        elif name == "H":
            y, x = (int(part) - 1 for part in number.split(";")) if number else (0, 0)
        elif name == "K" and number == "":
            cells[y][x:] = [blank] * (columns - x)
        elif not (name in "hl" and number == "?25"):
            raise SystemExit("an unknown sequence %r" % found.group(0))
        at = found.end()
        continue
    if char == "\r":
        x = 0
    elif char == "\n":
        y += 1
    elif ord(char) < 32:
        raise SystemExit("an unknown control character %d" % ord(char))
    elif y < rows and x < columns:
        cells[y][x] = (char, paper)
        x += 1
    at += 1

DARK = {" ": (0, 0), "\u2580": (1, 0), "\u2584": (0, 1), "\u2588": (1, 1)}
picture = []
for row in cells:
    for half in (0, 1):
        line = b"".join(
            (b"\0" if shown and DARK[char][half] else b"\xff" if shown else b"\x80") * MODULE for char, shown in row
        )
        picture.extend([line] * MODULE)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


head = struct.pack(">IIBBBBB", columns * MODULE, len(picture), 8, 0, 0, 0, 0)
with open(png_path, "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
    file.write(chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in picture))) + chunk(b"IEND", b""))
print(json.dumps(["".join(char for char, _ in row).rstrip() for row in cells]))
