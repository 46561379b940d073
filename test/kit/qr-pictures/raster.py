#!/usr/bin/env python3
"""Writes what a print head would print, from a stream of ESC/POS bytes, as PGM.

An independent reading of the stream: it shares no code with the driver that made it. It knows the commands that the
driver is allowed to send and fails at any other one. Text becomes white rows, rasters (GS v 0) become dots.

usage: raster.py WIDTH_DOTS STREAM PGM [STREAM PGM]...
Prints one JSON line a stream: its rows, and the payload that GS ( k stored, if any.
"""
import json
import sys

LINE = 30


def print_stream(data, width):
    rows = []
    stored = None
    printed_native = False
    align = 0
    high = 1
    text = False
    at = 0

    def feed(n):
        for _ in range(n):
            rows.append(bytes(width))

    def need(n):
        if at + n > len(data):
            raise SystemExit("the stream ends inside a command at byte %d" % at)

    while at < len(data):
        b = data[at]
        if 0x20 <= b < 0x7F:
            text = True
            at += 1
            continue
        if b == 0x0A:
            feed(24 * high if text and high > 1 else LINE)
            text = False
            at += 1
            continue
        need(2)
        two = data[at : at + 2]
        if two == b"\x1b@":
            align, high = 0, 1
            at += 2
        elif two == b"\x1c.":
            at += 2
        elif two in (b"\x1bt", b"\x1bE", b"\x1da", b"\x1dr"):
            need(3)
            at += 3
        elif two == b"\x1b!":
            need(3)
            high = 2 if data[at + 2] & 0x10 else 1
            at += 3
        elif two == b"\x1ba":
            need(3)
            align = data[at + 2]
            at += 3
        elif two == b"\x1bJ":
            need(3)
            feed(data[at + 2])
            at += 3
        elif two == b"\x1dP":
            need(4)
            # Units of the two densities that print heads have: from now on ESC J counts dots.
            if data[at + 2] != data[at + 3] or data[at + 2] not in (180, 203):
                raise SystemExit("motion units that are no dots at byte %d" % at)
            at += 4
        elif two == b"\x1dV":
            need(4)
            if data[at + 2] != 66:
                raise SystemExit("a cut other than GS V 66 n at byte %d" % at)
            at += 4
        elif two == b"\x1dv":
            need(8)
            if data[at + 2] != 0x30 or data[at + 3] not in (0, 3):
                raise SystemExit("a raster of unknown mode at byte %d" % at)
            zoom = 2 if data[at + 3] == 3 else 1
            stride = data[at + 4] | data[at + 5] << 8
            count = data[at + 6] | data[at + 7] << 8
            at += 8
            need(stride * count)
            if stride * 8 * zoom > width + 7:
                raise SystemExit("a raster of %d dots on a head of %d" % (stride * 8 * zoom, width))
            spare = max(0, width - stride * 8 * zoom)
            left = {0: 0, 1: spare // 2, 2: spare}[align]
            for y in range(count):
                line = bytearray(width)
                row = data[at + y * stride : at + (y + 1) * stride]
                for i, byte in enumerate(row):
                    for bit in range(8):
                        if byte & (0x80 >> bit):
                            for z in range(zoom):
                                x = left + (8 * i + bit) * zoom + z
                                if x >= width:
                                    raise SystemExit("black beyond the head")
                                line[x] = 1
                for _ in range(zoom):
                    rows.append(bytes(line))
            at += stride * count
        elif two == b"\x1d(":
            need(5)
            if data[at + 2] != 0x6B:
                raise SystemExit("GS ( other than k at byte %d" % at)
            size = data[at + 3] | data[at + 4] << 8
            need(5 + size)
            body = data[at + 5 : at + 5 + size]
            if body[:3] == b"\x31\x50\x30":
                stored = body[3:].decode("ascii")
            if body[:3] == b"\x31\x51\x30":
                printed_native = True
            at += 5 + size
        else:
            raise SystemExit("unknown command %s at byte %d" % (two.hex(), at))
    return rows, (stored if printed_native else None)


def main():
    width = int(sys.argv[1])
    files = sys.argv[2:]
    for source, target in zip(files[::2], files[1::2]):
        with open(source, "rb") as stream:
            rows, native = print_stream(stream.read(), width)
        margin = 24
        wide = width + 2 * margin
        with open(target, "wb") as pgm:
            pgm.write(b"P5 %d %d 255\n" % (wide, len(rows)))
            side = b"\xff" * margin
            for row in rows:
                pgm.write(side + bytes(0 if dot else 255 for dot in row) + side)
        print(json.dumps({"file": source, "rows": len(rows), "native": native}))


main()
