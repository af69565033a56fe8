# SPDX-License-Identifier: AGPL-3.0-or-later
"""The few static files, from memory: named by their hash for ever, and packed once when the server starts.

It serves what the pages room ships and nothing from a disk path that a reader could name. See spec/server.md.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.errors import NotHere
from ombuds.pages.press import Press
from ombuds.server.http.headers import PICTURES, WORKER

FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
TYPES = {"js": "text/javascript; charset=utf-8", "txt": "text/plain; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
# Their names hold the hash of their content.
BUILT = (TYPES["js"], TYPES["txt"])


@dataclass(frozen=True)
class Packed:
    """A file as it is and as it is packed."""

    plain: bytes
    packed: bytes
    kind: str
    policy: str = ""


def static_files(press: Press) -> Mapping[str, Packed]:
    """Pack the press's files, by name."""
    files = [("style.css", press.style), ("wordmark.svg", press.wordmark)]
    if press.bundle is not None:
        files.append((press.bundle.name, press.bundle.content))
    if press.joining is not None:
        files += [(each.name, each.content) for each in press.joining.files]
    packed = {name: _pack(name, content) for name, content in files}
    # A script's own policy is that of its worker; the one for photographs asks nobody at all.
    silent = press.joining.pictures.name if press.joining else ""
    return {name: replace(file, policy=PICTURES if name == silent else WORKER) if file.kind == TYPES["js"] else file for name, file in packed.items()}


async def serve(request: Request) -> Response:
    """Answer with one file. Raises NotHere."""
    files: Mapping[str, Packed] = request.app.state.parts.static
    file = files.get(request.path_params["name"])
    if file is None:
        raise NotHere
    # An address with a version or a hash in it never changes its content.
    kept = {"cache-control": FOR_EVER if file.kind in BUILT or request.query_params.get("v") else A_DAY, "vary": "accept-encoding"}
    kept |= {"content-security-policy": file.policy} if file.policy else {}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**kept, "content-encoding": "gzip"}, media_type=file.kind)
    return Response(file.plain, headers=kept, media_type=file.kind)


def _pack(name: str, content: bytes) -> Packed:
    return Packed(content, gzip.compress(content, 9, mtime=0), TYPES[name.rpartition(".")[2]])
