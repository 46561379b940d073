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
import json
import struct
import sys
import zlib


def read(path):
    with open(path) as file:
        return file.read().strip()


# What the red, green and blue of sixteen bits are in eight each.
WIDE = [
    (word >> 11) * 255 // 31 << 16 | (word >> 5 & 63) * 255 // 63 << 8 | (word & 31) * 255 // 31
    for word in range(65536)
]


def pixels(job):
    """Rows of colours, each one number: red, green, blue from the highest byte down."""
    width, height = map(int, read(job["sysfs"] + "/virtual_size").split(","))
    bits = int(read(job["sysfs"] + "/bits_per_pixel"))
    stride = int(read(job["sysfs"] + "/stride"))
    with open(job["memory"], "rb") as file:
        memory = file.read()
    rows = []
    for y in range(height):
        line = memory[y * stride:y * stride + width * bits // 8]
        if bits == 32:
            rows.append([word & 0xFFFFFF for (word,) in struct.iter_unpack("<I", line)])
        elif bits == 16:
            rows.append([WIDE[word] for (word,) in struct.iter_unpack("<H", line)])
        else:
            raise SystemExit("%d bits a pixel" % bits)
    # Turned back as a person's head would be.
    for _ in range(job.get("turn", 0) // 90):
        rows = [list(column) for column in zip(*rows)][::-1]
    return rows


def png(rows):
    raw = b"".join(b"\0" + b"".join(pixel.to_bytes(3, "big") for pixel in row) for row in rows)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")


def facts(rows):
    height, width = len(rows), len(rows[0])
    edge = set(rows[0]) | set(rows[-1]) | {row[0] for row in rows} | {row[-1] for row in rows}
    found = {"width": width, "height": height, "edge": sorted("#%06x" % pixel for pixel in edge)}
    found["sum"] = zlib.crc32(b"".join(struct.pack("<%dI" % width, *row) for row in rows))
    dark = [y for y, row in enumerate(rows) if 0 in row]
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
