#!/usr/bin/env python3
"""What somebody in front of a framebuffer sees, as PNG, and a few facts about it.

An independent reading of the memory by the kernel's own words (Documentation/fb/api.rst): it shares no code with the
driver that wrote it, and no picture library with anybody.

usage: framebuffer.py  < JSON lines {"memory", "sysfs", "png", "picture", "turn"}
The PNG is written where `picture` is true. `turn` is how far the panel was turned clockwise to hang as it does: 0, 90, 180 or 270.
Prints one JSON line a picture: width, height, edge (the colours of the outermost ring), black (the box around all
pixels that are black, as left, top, right, bottom), grey (how many pixels in that box are neither black nor white),
sum (a checksum of all pixels).
"""
import array
import json
import struct
import sys
import zlib


def read(path):
    with open(path) as file:
        return file.read().strip()


def wide(word):
    """What the red, green and blue of sixteen bits are in eight each."""
    return (word >> 11) * 255 // 31 << 16 | (word >> 5 & 63) * 255 // 63 << 8 | (word & 31) * 255 // 31


class Wide(dict):
    def __missing__(self, word):
        self[word] = wide(word)
        return self[word]


WIDE = Wide()


def numbers(kind, line):
    row = array.array(kind)
    row.frombytes(line)
    if sys.byteorder == "big":
        row.byteswap()
    return row


def pixels(job):
    """Rows of colours, each one number: red, green, blue from the highest byte down."""
    width, height = map(int, read(job["sysfs"] + "/virtual_size").split(","))
    bits = int(read(job["sysfs"] + "/bits_per_pixel"))
    stride = int(read(job["sysfs"] + "/stride"))
    with open(job["memory"], "rb") as file:
        memory = file.read()
    rows = []
    for y in range(height):
        line = bytearray(memory[y * stride:y * stride + width * bits // 8])
        if bits == 32:
            line[3::4] = bytes(width)
            rows.append(numbers("I", line))
        elif bits == 16:
            rows.append(array.array("I", map(WIDE.__getitem__, numbers("H", line))))
        else:
            raise SystemExit("%d bits a pixel" % bits)
    # Turned back as a person's head would be.
    for _ in range(job.get("turn", 0) // 90):
        rows = [array.array("I", column) for column in zip(*rows)][::-1]
    return rows


def little(row):
    """Four bytes a pixel: blue, green, red, nothing."""
    if sys.byteorder == "big":
        row = row[:]
        row.byteswap()
    return row.tobytes()


def line_of(row):
    """Of a PNG: no filter, then red, green, blue of each pixel."""
    line = bytearray(1 + 3 * len(row))
    line[1::3], line[2::3], line[3::3] = (little(row)[at::4] for at in (2, 1, 0))
    return line


def png(rows):
    raw = b"".join(map(line_of, rows))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")


def facts(rows):
    height, width = len(rows), len(rows[0])
    edge = set(rows[0]) | set(rows[-1]) | {row[0] for row in rows} | {row[-1] for row in rows}
    found = {"width": width, "height": height, "edge": sorted("#%06x" % pixel for pixel in edge)}
    found["sum"] = zlib.crc32(b"".join(map(little, rows)))
    # The bytes are asked first, which is quick: two pixels may have those zeros between them.
    dark = [y for y, row in enumerate(rows) if bytes(4) in little(row) and 0 in row]
    if dark:
        top, bottom = dark[0], dark[-1]
        left = min(rows[y].index(0) for y in dark)
        right = max(width - 1 - rows[y][::-1].index(0) for y in dark)
        box = [row[left:right + 1] for row in rows[top:bottom + 1]]
        found["black"] = [left, top, right, bottom]
        found["grey"] = sum(len(row) - row.count(0) - row.count(0xFFFFFF) for row in box)
    return found


for line in sys.stdin:
    job = json.loads(line)
    seen = pixels(job)
    if job["picture"]:
        with open(job["png"], "wb") as file:
            file.write(png(seen))
    print(json.dumps(facts(seen)))
