# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts that stand on a wall, fetched from the server for a page and compared with what the signed batches commit to.

The desk keeps nothing of a published post, so that whoever wants one taken down looks at what readers see. What the server leaves
out has a reason that the desk can check: a batch, or a token that fits the post. It changes nothing on the wall. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ombuds.core.campaign import Batch, Wall, check_published, read_batch
from ombuds.core.errors import ContentChanged, EntryMissing, NotHere
from ombuds.core.keys import Hash
from ombuds.core.posts import Post
from ombuds.desk.campaign.campaigns import Campaign, batches, text_of, wall
from ombuds.desk.parts import Desk

PAGE = 60
LOOKED = "looked-at:"
# As many tokens as the server names at once: then others may stand behind them.
MOST_TOKENS = 500


class Posted(NamedTuple):
    """A public post under its commitment."""

    commitment: Hash
    post: Post


class Page(NamedTuple):
    """Posts of one batch, whether more follow, and which are left out though nobody took them back or down."""

    posts: tuple[Posted, ...]
    more: bool
    missing: tuple[Hash, ...] = ()


def page_of(desk: Desk, found: Campaign, version: int, first: int) -> Page:
    """Return posts of a batch that still stand, from one of its places on. Raises NotHere, ContentChanged, Malformed, RemoteSilent."""
    refs = _batch(desk, found, version).posts
    some = refs[first : first + PAGE]
    files = desk.remote.wall_page(found.terms.wall, version, first).posts
    if len(files) != len(some):
        raise ContentChanged("the server shows another number of posts than the batch has")
    pairs = list(zip(some, files, strict=True))
    posts = tuple(Posted(ref.commitment, check_published(ref, file)) for ref, file in pairs if file is not None)
    missing = _unexplained(desk, found, [ref.commitment for ref, file in pairs if file is None])
    return Page(posts, first + PAGE < len(refs), missing)


def look_at_next(desk: Desk, found: Campaign) -> None:
    """Look at one page of a wall, another one each time, as a reader would. Raises EntryMissing where posts are left out, and as ``page_of``."""
    version, first = map(int, (desk.vault.note(LOOKED + found.id) or b"1 0").split())
    versions = [line.version for line in batches(desk, found.terms)]
    if not versions:
        return
    if version not in versions:
        version, first = versions[0], 0
    page = page_of(desk, found, version, first)
    after = (version, first + PAGE) if page.more else (version + 1, 0)
    desk.vault.keep_note(LOOKED + found.id, f"{after[0]} {after[1]}".encode())
    if page.missing:
        raise EntryMissing("the server shows fewer posts of a wall than stand on it")


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


def _unexplained(desk: Desk, found: Campaign, absent: list[Hash]) -> tuple[Hash, ...]:
    """Return those of some posts that no batch took from the wall and that no revealed token withdraws; asked after they were left out."""
    made = wall(desk, found)
    standing = [each for each in absent if each in made.posts]
    if not standing:
        return ()
    tokens = [token for token in desk.remote.withdrawals(found.id).tokens if made.withdrawn_by(token)]
    if len(tokens) >= MOST_TOKENS or desk.remote.state().size > desk.record.size:
        return ()  # what this desk has not read yet may explain it
    withdrawn = {commitment for token in tokens for commitment in made.withdrawn_by(token)}
    return tuple(each for each in standing if each not in withdrawn)


def _batch(desk: Desk, found: Campaign, version: int) -> Batch:
    for line in batches(desk, found.terms):
        if line.version == version:
            return read_batch(text_of(desk, line).content)
    raise NotHere("there is no such batch")
