# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends one report with a large file, in a process of its own, as fast as the server takes it."""

from __future__ import annotations

import http.client
import json
import os
import sys
from time import perf_counter, process_time

import msgspec

from bench.client import BOUNDARY, FILE, KIND, NONCE, REST, WORD, field, found
from bench.processes import HERE

MIB = 1024 * 1024


class Asked(msgspec.Struct, frozen=True):
    """How many MiB to send where."""

    port: int
    size: int


def send(asked: Asked) -> dict[str, float]:
    """Send the file and return the seconds from the first byte to the words."""
    block = os.urandom(MIB)
    connection = http.client.HTTPConnection(HERE, asked.port, timeout=120)
    connection.request("GET", "/en/report")
    head = field(b"nonce", found(NONCE, connection.getresponse().read())) + FILE % (BOUNDARY, b"film.mp4", b"video/mp4")
    tail = b"\r\n" + REST
    begin, worked = perf_counter(), process_time()
    connection.putrequest("POST", "/en/report")
    connection.putheader("content-type", KIND.decode())
    connection.putheader("content-length", str(len(head) + asked.size * MIB + len(tail)))
    connection.endheaders()
    connection.send(head)
    for _ in range(asked.size):
        connection.send(block)
    connection.send(tail)
    answer = connection.getresponse()
    page = answer.read()
    spent = perf_counter() - begin
    if answer.status != 200 or len(WORD.findall(page)) < 12:
        raise RuntimeError(f"the upload was answered with {answer.status}")
    return {"seconds": spent, "cores": (process_time() - worked) / spent}


if __name__ == "__main__":
    print(json.dumps(send(msgspec.json.decode(sys.argv[1], type=Asked))))
