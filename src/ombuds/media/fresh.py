# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new PNG from picture points: size, points, nothing else.

It is written with zlib alone, so that the desk's own process has no picture library in it, and there is no field into
which anything but points could get (T13). The points are not packed: the file travels on this machine alone, packing takes
four times as long, and without it the same points give the same bytes under every zlib. See spec/media.md.
"""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TYPE = "image/png"
UNPACKED = 0


def png(width: int, height: int, points: bytes) -> bytes:
    """Return a PNG of these points, three bytes each, row by row. Raises ValueError if they are not as many as the size says."""
    if len(points) != width * height * 3 or not points:
        raise ValueError("points and size differ")
    row = width * 3
    lines = b"".join(b"\x00" + points[start : start + row] for start in range(0, len(points), row))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines, UNPACKED)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
