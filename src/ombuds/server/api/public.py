# SPDX-License-Identifier: AGPL-3.0-or-later
"""What everybody may fetch: charters, keys to seal to, the ledger, published files, and the ledger's files for mirrors.

The ledger's own files follow C2SP tlog-tiles, so that other people's programs can copy and check it. Everything here is
public already; nothing asks who asks. See spec/api.md; T18.
"""

from __future__ import annotations

from starlette.responses import Response

from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, NotHere
from ombuds.core.ledger import TILE_WIDTH, read_tile_path, write_bundle
from ombuds.core.record import Record
from ombuds.core.wire import Leaves, Refusal
from ombuds.server.api.calls import JSON, Call, told
from ombuds.server.store import ledger

LEAVES = 256
LEAVES_BYTES = 4 * 1024 * 1024
A_MINUTE = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"


def charter(call: Call) -> Response:
    """Answer with every charter, the founding one first."""
    return told(tuple(each.envelope for each in call.parts.public.record().charters), A_MINUTE)


def sealing(call: Call) -> Response:
    """Answer with all that a sealer checks before it seals."""
    return told(call.parts.public.sealing_now(), A_MINUTE)


def leaves(call: Call) -> Response:
    """Answer with the ledger's leaves from an index on, as many as fit into one answer."""
    record, first = call.parts.public.record(), call.number("from")
    if first > record.size:
        raise NotHere("the ledger is not that long")
    with call.parts.store.read() as connection:
        found = ledger.leaves(connection, first, min(LEAVES, record.size - first))
    some, room = [], LEAVES_BYTES
    for leaf in found:
        room -= len(leaf)
        if room < 0:
            break
        some.append(leaf)
    return told(Leaves(first, record.size, tuple(some), call.parts.public.checkpoint_of(record)), "no-cache")


def content(call: Call) -> Response:
    """Answer with a published text and its salt, or with 410 once it was taken down."""
    return _file(call, 0)


def picture(call: Call) -> Response:
    """Answer with a published picture and its salt, or with 410 once it was taken down."""
    return _file(call, max(1, call.number("number")))


def _file(call: Call, number: int) -> Response:
    """Answer with the text of a version, or with a picture of it, counted from 1."""
    subject, version, found = call.path["subject"], call.number("version"), None
    head = call.parts.public.record().head(subject)
    if head is not None and head.kind != "takedown":
        with call.parts.store.read() as connection:
            found = ledger.picture(connection, subject, version, number) if number else ledger.content(connection, subject, version)
    if found is not None:
        return told(found, A_MINUTE)
    gone = NotHere("it was taken down" if head else "nothing of that name was published")
    return Response(encode(Refusal("NotHere", str(gone), gone.help)), 410 if head and head.kind == "takedown" else 404, media_type=JSON)


def checkpoint(call: Call) -> Response:
    """Answer with the signed checkpoint of the ledger."""
    return Response(call.parts.public.checkpoint(), headers={"cache-control": "no-cache"}, media_type="text/plain; charset=utf-8")


def tile(call: Call) -> Response:
    """Answer with one tile of hashes or one bundle of entries. Raises NotHere."""
    level, index, width = read_tile_path(f"tile/{call.path['place']}")
    record = call.parts.public.record()
    found = _bundle(call, record, index, width) if level is None else record.tree.tile(level, index, width)
    return Response(found, headers={"cache-control": FOR_EVER}, media_type="application/octet-stream")


def _bundle(call: Call, record: Record, index: int, width: int) -> bytes:
    first = index * TILE_WIDTH
    if first + width > record.size:
        raise NotHere
    with call.parts.store.read() as connection:
        found = ledger.leaves(connection, first, width)
    if len(found) != width:
        raise Malformed("the ledger has a hole")
    return write_bundle(found)
