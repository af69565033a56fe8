# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reference rows: what this machine can do at all, measured in the same minutes as the rows of the program."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench.figures import Figure
from bench.load import get_rate
from bench.processes import free_port, running

CHUNK = 64 * 1024
FILE = 256 * 1024 * 1024


def hello(seconds: float) -> Figure:
    """Measure a bare application under the same server as ours."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "bench.hello:create", "--factory", "--interface", "asgi", "--workers", "2", "--port", str(port), "--no-ws"]
    with running(command, {}, port, "/") as server:
        rate, beside = get_rate(server, "/", seconds)
    return Figure("reference.hello", rate, beside)


def commits(folder: Path, seconds: float) -> Figure:
    """Measure how many rows of 2 KB a second reach the disk, each in a transaction of its own."""
    with TemporaryDirectory(dir=folder) as place:
        connection = sqlite3.connect(Path(place) / "commits.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, content BLOB)")
        row, done, begin = os.urandom(2048), 0, perf_counter()
        while perf_counter() - begin < seconds:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO row (content) VALUES (?)", (row,))
            connection.execute("COMMIT")
            done += 1
        rate = done / (perf_counter() - begin)
        connection.close()
    return Figure("reference.commits", rate)


def aead(seconds: float) -> Figure:
    """Measure the cipher of the sealed files alone."""
    cipher, chunk, out = ChaCha20Poly1305(os.urandom(32)), os.urandom(CHUNK), bytearray(CHUNK + 16)
    done, begin = 0, perf_counter()
    while perf_counter() - begin < seconds:
        for _ in range(50):
            cipher.encrypt_into(done.to_bytes(12, "big"), chunk, None, out)
            done += 1
    return Figure("reference.aead", done * CHUNK / (perf_counter() - begin) / 1e6)


def disk(folder: Path) -> Figure:
    """Measure a file of 256 MiB written in one go and brought to the disk."""
    block = os.urandom(1024 * 1024)
    with TemporaryDirectory(dir=folder) as place:
        begin = perf_counter()
        with open(Path(place) / "file", "wb", buffering=0) as file:
            for _ in range(FILE // len(block)):
                file.write(block)
            os.fsync(file.fileno())
        spent = perf_counter() - begin
    return Figure("reference.disk", FILE / spent / 1e6)
