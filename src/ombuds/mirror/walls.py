# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walls of campaigns in a copy: brought beside their batches, checked post by post, and counted anew from the ledger alone.

Nobody has to believe the number on a page: it is the fold of the batches that enough members signed (T18, T26). A post that
was withdrawn or taken down is destroyed here too. What the members counted of posts that nobody sees, those that wait and
those that were rejected, is told as theirs. See spec/verify.md and spec/campaign.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ombuds.core.campaign import Batch, PostRef, Wall, check_published, read_batch
from ombuds.core.content import Content
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.errors import EntryMissing, EntryRefused, LedgerEndless, OmbudsError
from ombuds.core.keys import Hash, Id
from ombuds.core.posts import Post, check_files
from ombuds.core.publication import Salted
from ombuds.core.record import Line, Record
from ombuds.core.wire_posts import WallPage
from ombuds.host.files import write_private
from ombuds.mirror.folder import file_paths, read_file
from ombuds.mirror.versions import Versions, campaigns

Get = Callable[[str], bytes | None]
POSTS = "wall"
NAME = re.compile(r"[0-9a-f]{64}\Z")
MOST_PAGES = 20


@dataclass(frozen=True)
class CheckedWall:
    """A wall whose batches hold: its campaign, the fold of them, and how many of its posts lie in this copy."""

    campaign: Id
    content: Content
    wall: Wall
    posts: int
    pictures: int


def check_walls(folder: Path, record: Record) -> tuple[CheckedWall, ...]:
    """Check every wall of a copy. Raises EntryRefused, ContentChanged, Malformed, EntryMissing."""
    return tuple(_check(folder, record, found) for found in campaigns(folder, record))


def fetch_walls(get: Get, folder: Path, record: Record) -> int:
    """Bring the posts that a copy lacks and destroy those that no wall shows any more; return how many were brought.

    Raises as ``check_walls``, and LedgerEndless.
    """
    brought, standing = 0, set[str]()
    for found in campaigns(folder, record):
        wall = Wall(found.campaign)
        lines = list(_batches(folder, record, found))
        for _line, batch in lines:
            wall.take(batch)
        for line, batch in lines:
            brought += _bring(get, folder, line, [ref for ref in batch.posts if ref.commitment in wall.posts])
        standing |= set(wall.posts)
    _destroy_others(folder, standing)
    return brought


def _batches(folder: Path, record: Record, found: Versions) -> Iterator[tuple[Line, Batch]]:
    head = record.head(found.wall)
    if head is None or head.kind != "wall":
        return
    for line in record.lines:
        if line.subject == head.subject:
            text = read_file(folder, file_paths(line)[0])
            if text is None:
                raise EntryMissing(f"the list of entry {line.index}")
            yield line, read_batch(text.content)


def _check(folder: Path, record: Record, found: Versions) -> CheckedWall:
    wall, refs = Wall(found.campaign), dict[Hash, tuple[Line, PostRef]]()
    for line, batch in _batches(folder, record, found):
        try:
            wall.take(batch)
        except EntryRefused as refused:
            raise EntryRefused(f"entry {line.index}: {refused.detail}") from None
        found.check_batch(line, batch)
        refs |= {ref.commitment: (line, ref) for ref in batch.posts}
    posts = pictures = 0
    for commitment in wall.posts:
        line, ref = refs[commitment]
        post = _read(folder, ref)
        if post is not None:
            found.check_post(line, post)
        posts += post is not None
        pictures += 2 if post is not None and post.picture is not None else 0
    return CheckedWall(found.campaign, found.content, wall, posts, pictures)


def _read(folder: Path, ref: PostRef) -> Post | None:
    """Read a post of a copy with its pictures, or nothing if it is not here. Raises ContentChanged, Malformed, EntryMissing."""
    path = _post(folder, ref.commitment)
    if not path.is_file():
        return None
    post = check_published(ref, decode_canonical(path.read_bytes(), Salted))
    try:
        check_files(post, [_picture(folder, name).read_bytes() for name in _pictures(post)])
    except OSError:
        raise EntryMissing("a picture of a post") from None
    return post


def _bring(get: Get, folder: Path, line: Line, wanted: list[PostRef]) -> int:
    lacking = {ref.commitment: ref for ref in wanted if not _is_whole(folder, ref.commitment)}
    if not lacking:
        return 0
    brought = 0
    for salted in _pages(get, line):
        ref = lacking.get(salted.commitment)
        if ref is not None:
            post = check_published(ref, salted)
            brought += _bring_pictures(get, folder, post) and _keep(folder, salted)
    return brought


def _is_whole(folder: Path, commitment: Hash) -> bool:
    path = _post(folder, commitment)
    return path.is_file() and all(_picture(folder, name).is_file() for name in _pictures_in(path))


def _pages(get: Get, line: Line) -> Iterator[Salted]:
    start = 0
    for _ in range(MOST_PAGES):
        content = get(f"/api/walls/{line.subject}/{line.version}?from={start}")
        page = decode(content, WallPage) if content is not None else WallPage((), False)
        yield from (each for each in page.posts if each is not None)
        if not page.more or not page.posts:
            return
        start += len(page.posts)
    raise LedgerEndless("a batch has more pages than posts")


def _bring_pictures(get: Get, folder: Path, post: Post) -> bool:
    names = _pictures(post)
    contents = [get(f"/wall/{name}.jpg") for name in names]
    files = [content for content in contents if content is not None]
    if len(files) != len(names):
        return False  # taken back in this very moment
    check_files(post, files)
    for name, content in zip(names, files, strict=True):
        _write(_picture(folder, name), content)
    return True


def _keep(folder: Path, salted: Salted) -> bool:
    _write(_post(folder, salted.commitment), encode(salted))
    return True


def _destroy_others(folder: Path, standing: set[str]) -> None:
    """Destroy every post that no wall shows, with the pictures that no other post shows: withdrawn, removed, or of a campaign taken down."""
    shown = set[str]()
    for path in sorted((folder / POSTS).glob("*.json")):
        if path.stem in standing:
            shown |= set(_pictures_in(path))
        else:
            path.unlink(missing_ok=True)
    for picture in (folder / POSTS).glob("*.jpg"):
        if picture.stem not in shown:
            picture.unlink(missing_ok=True)


def _pictures_in(path: Path) -> tuple[Hash, ...]:
    try:
        return _pictures(decode(decode(path.read_bytes(), Salted).content, Post))
    except OmbudsError:
        return ()


def _pictures(post: Post) -> tuple[Hash, ...]:
    return (post.picture.large, post.picture.small) if post.picture else ()


def _post(folder: Path, commitment: Hash) -> Path:
    return folder / POSTS / f"{_named(commitment)}.json"


def _picture(folder: Path, name: Hash) -> Path:
    return folder / POSTS / f"{_named(name)}.jpg"


def _named(name: Hash) -> str:
    # A hash from a signed list or a checked post: only this spelling becomes a path on this machine.
    if not NAME.match(name):
        raise EntryRefused("a post is not named by a hash")
    return name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, content)
