# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts as they become public: as their supporters confirmed them, or with squares covered on which members agreed (T13, T14).

Each desk makes the covered files itself, in a cell, from the file that was confirmed, and keeps them in its vault until the post
is settled; the same file and squares give the same bytes, so that no desk is believed (T26). See spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from ombuds.core.encoding import decode, encode
from ombuds.core.errors import OrderWrong
from ombuds.core.grid import rectangle_of, squares_in
from ombuds.core.keys import Id, hash_of
from ombuds.core.posts import Pending, Post, PostPicture, check_files
from ombuds.desk.campaign.agreeing import Squares, agreed_squares
from ombuds.desk.parts import Desk
from ombuds.media.badge import Badges, Box, NoPicture


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two files of a photograph with these squares covered."""

    squares: Squares
    large: bytes
    small: bytes


class Published(NamedTuple):
    """A post as its batch makes it public, with its files in order."""

    post: Post
    files: tuple[bytes, ...]


class Covering:
    """What covers photographs of one desk; its cells start with the first picture that is not in the vault yet."""

    def __init__(self, desk: Desk, badges: Badges) -> None:
        self._desk, self._badges = desk, badges

    def covered(self, subject: Id, post: Id, squares: Squares) -> Published:
        """Return a post with squares of its photograph covered. Raises NotHere, OrderWrong where this machine cannot."""
        box, pending = self._desk.vault.posts, self._desk.vault.posts.pending(subject, post)
        if not squares or pending.post.picture is None:
            return Published(pending.post, pending.files)
        kept = box.covered(subject, post)
        files = decode(kept, Files) if kept is not None else None
        if files is None or files.squares != squares:
            files = self._made(pending, squares)
            box.keep_covered(subject, post, encode(files))
        return _published(pending, files)

    def published(self, subject: Id, post: Id) -> Published:
        """Return a post as its members agreed that it becomes public. Raises as ``covered``."""
        return self.covered(subject, post, agreed_squares(self._desk, subject, self._desk.vault.posts.line(subject, post)))

    def _made(self, pending: Pending, squares: Squares) -> Files:
        try:
            made = self._badges.covered(pending.files[0], lambda width, height: _boxes(squares, width, height))
        except NoPicture as none:
            if none.reason == "cell":
                raise OrderWrong("this machine cannot cover a photograph: that needs Linux on x86_64, and the package bubblewrap") from None
            raise OrderWrong("this photograph cannot be covered: ask for another one") from None
        return Files(squares, made.large, made.small)


@contextmanager
def covering(desk: Desk) -> Iterator[Covering]:
    """Lend what covers photographs; its cells end with the block."""
    badges = Badges()
    try:
        yield Covering(desk, badges)
    finally:
        badges.close()


def prepare(desk: Desk, subject: Id, posts: Iterable[Id]) -> None:
    """Make the covered files of posts that are not in the vault yet, all with the same cells. Raises NotHere, OrderWrong."""
    with covering(desk) as lent:
        for post in posts:
            squares = agreed_squares(desk, subject, desk.vault.posts.line(subject, post))
            if squares:
                lent.covered(subject, post, squares)


def published(desk: Desk, subject: Id, post: Id) -> Published:
    """Return one post as its members agreed that it becomes public. Raises NotHere, OrderWrong."""
    with covering(desk) as lent:
        return lent.published(subject, post)


def check_coverable(post: Post | None, squares: Squares) -> None:
    """Check that these squares can be covered: those of a photograph, each once, in order. Raises OrderWrong."""
    picture = post.picture if post is not None else None
    if squares and (picture is None or squares != squares_in(squares, picture.width, picture.height)):
        raise OrderWrong("only squares of a photograph are covered")


def _boxes(squares: Squares, width: int, height: int) -> Sequence[Box]:
    return [Box(*rectangle_of(square, width, height)) for square in squares_in(squares, width, height)]


def _published(pending: Pending, files: Files) -> Published:
    picture = pending.post.picture
    if picture is None:
        return Published(pending.post, pending.files)
    both = (files.large, files.small)
    named = PostPicture(hash_of(files.large), hash_of(files.small), picture.width, picture.height)
    post = msgspec.structs.replace(pending.post, picture=named)
    check_files(post, both)
    return Published(post, both)
