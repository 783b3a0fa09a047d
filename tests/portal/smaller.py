#!/usr/bin/env python3
"""Write a picture of a page as a PNG with a palette of at most 256 colours.

usage: smaller.py FROM TO

FROM is a PNG of 8 bits without interlacing, as Chromium writes it.  The rarest
colours, which are those of the edges of letters, become the nearest of the others.
"""
import collections
import struct
import sys
import zlib

COLOURS = 256


def chunks(data):
    at = 8
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        yield kind, data[at + 8:at + 8 + size]
        at += size + 12


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def unfiltered(kind, line, before, bpp):
    """Return the bytes of a line, whose filter is kind."""
    out = bytearray(line)
    for i, byte in enumerate(out if kind else ()):
        a = out[i - bpp] if i >= bpp else 0
        b = before[i]
        c = before[i - bpp] if i >= bpp else 0
        out[i] = (byte + (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]) & 255
    return out


def pixels(data):
    """Return width, height and each line's colours."""
    parts = list(chunks(data))
    width, height, depth, colour, _, _, interlaced = struct.unpack(
        '>IIBBBBB', parts[0][1])
    if depth != 8 or colour not in (2, 6) or interlaced:
        sys.exit('smaller.py: not a picture of Chromium')
    bpp = 3 if colour == 2 else 4
    raw = zlib.decompress(b''.join(d for k, d in parts if k == b'IDAT'))
    size = width * bpp
    lines, before = [], bytes(size)
    for y in range(height):
        at = y * (size + 1)
        before = unfiltered(raw[at], raw[at + 1:at + 1 + size], before, bpp)
        lines.append([bytes(before[i:i + 3]) for i in range(0, size, bpp)])
    return width, height, lines


def palette(lines):
    """Return the colours that are kept, and the place of every colour's."""
    counts = collections.Counter(c for line in lines for c in line)
    kept = [c for c, _ in counts.most_common(COLOURS)]
    place = {c: i for i, c in enumerate(kept)}
    for c in counts:
        if c not in place:
            place[c] = min(range(len(kept)), key=lambda i: sum(
                (x - y) ** 2 for x, y in zip(kept[i], c)))
    return kept, place


def write(path, width, height, kept, rows):
    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data +
                struct.pack('>I', zlib.crc32(kind + data)))

    with open(path, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack(
            '>IIBBBBB', width, height, 8, 3, 0, 0, 0)) +
            chunk(b'PLTE', b''.join(kept)) +
            chunk(b'IDAT', zlib.compress(b''.join(b'\0' + r for r in rows),
                                         9)) + chunk(b'IEND', b''))


def main():
    with open(sys.argv[1], 'rb') as f:
        width, height, lines = pixels(f.read())
    kept, place = palette(lines)
    write(sys.argv[2], width, height, kept,
          [bytes(place[c] for c in line) for line in lines])


if __name__ == '__main__':
    main()
