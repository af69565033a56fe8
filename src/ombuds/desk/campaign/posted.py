# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts that stand on a wall, fetched from the server for a page and compared with what the signed batches commit to.

The desk keeps nothing of a published post, so that whoever wants one taken down looks at what readers see. It changes nothing.
See spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ombuds.core.campaign import Batch, Wall, check_published, read_batch
from ombuds.core.errors import ContentChanged, NotHere
from ombuds.core.keys import Hash
from ombuds.core.posts import Post
from ombuds.desk.campaign.campaigns import Campaign, batches, text_of
from ombuds.desk.parts import Desk

PAGE = 60


class Posted(NamedTuple):
    """A public post under its commitment."""

    commitment: Hash
    post: Post


class Page(NamedTuple):
    """Posts of one batch, and whether more follow."""

    posts: tuple[Posted, ...]
    more: bool


def page_of(desk: Desk, found: Campaign, version: int, first: int) -> Page:
    """Return posts of a batch that still stand, from one of its places on. Raises NotHere, ContentChanged, Malformed, RemoteSilent."""
    refs = _batch(desk, found, version).posts
    some = refs[first : first + PAGE]
    files = desk.remote.wall_page(found.terms.wall, version, first).posts
    if len(files) != len(some):
        raise ContentChanged("the server shows another number of posts than the batch has")
    posts = tuple(Posted(ref.commitment, check_published(ref, file)) for ref, file in zip(some, files, strict=True) if file is not None)
    return Page(posts, first + PAGE < len(refs))


def find(desk: Desk, found: Campaign, made: Wall, commitments: Iterable[Hash]) -> tuple[Posted, ...]:
    """Return posts that stand on the wall by their commitments; those that do not are left out. Raises as ``page_of``."""
    pages: dict[tuple[int, int], Page] = {}
    result = []
    for commitment in commitments:
        version = made.posts.get(commitment)
        if version is None:
            continue
        place = [ref.commitment for ref in _batch(desk, found, version).posts].index(commitment)
        key = (version, place // PAGE * PAGE)
        pages[key] = pages.get(key) or page_of(desk, found, *key)
        result += [posted for posted in pages[key].posts if posted.commitment == commitment]
    return tuple(result)


def _batch(desk: Desk, found: Campaign, version: int) -> Batch:
    for line in batches(desk, found.terms):
        if line.version == version:
            return read_batch(text_of(desk, line).content)
    raise NotHere("there is no such batch")
