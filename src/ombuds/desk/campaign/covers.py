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
from ombuds.core.errors import NotHere, OrderWrong
from ombuds.core.grid import rectangle_of, squares_in
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.posts import Post, PostPicture, check_files
from ombuds.desk.campaign.agreeing import Squares, agreed_squares, has_squares
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import PostLine
from ombuds.media.badge import Badges, Box, NoPicture


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which squares of a photograph were covered when its files were last made, and by which hashes the files go."""

    squares: Squares
    large: Hash
    small: Hash


class Published(NamedTuple):
    """A post as its batch makes it public, with its files in order."""

    post: Post
    files: tuple[bytes, ...]


class Covering:
    """What covers photographs of one desk; its cells start with the first picture that is not in the vault yet."""

    def __init__(self, desk: Desk, badges: Badges) -> None:
        self._box, self._desk, self._badges = desk.vault.posts, desk, badges

    def post(self, subject: Id, line: PostLine, squares: Squares) -> Post:
        """Return a post as it is with squares of its photograph covered, without its files. Raises NotHere, OrderWrong where this machine cannot."""
        if line.post is None:
            raise NotHere("this post is settled")
        if not squares or line.post.picture is None:
            return line.post
        kept = self._box.covered(subject, line.id)
        made = decode(kept, Made) if kept is not None else None
        if made is None or made.squares != squares:
            made = self._made(subject, line.id, squares)
        picture = msgspec.structs.replace(line.post.picture, large=made.large, small=made.small)
        return msgspec.structs.replace(line.post, picture=picture)

    def covered(self, subject: Id, post: Id, squares: Squares) -> Published:
        """Return a post with squares of its photograph covered, and its files. Raises NotHere, OrderWrong where this machine cannot."""
        line = self._box.line(subject, post)
        shown = self.post(subject, line, squares)
        if shown == line.post:
            return Published(shown, self._box.pending(subject, post).files)
        large, small = decode(self._box.covered(subject, post, files=True) or b"[]", tuple[bytes, bytes])
        return Published(shown, (large, small))

    def agreed(self, subject: Id, post: Id) -> Post:
        """Return a post as its members agreed that it becomes public, without its files. Raises as ``covered``."""
        line = self._box.line(subject, post)
        return self.post(subject, line, agreed_squares(self._desk, subject, line))

    def published(self, subject: Id, post: Id) -> Published:
        """Return a post as its members agreed that it becomes public, and its files. Raises as ``covered``."""
        return self.covered(subject, post, agreed_squares(self._desk, subject, self._box.line(subject, post)))

    def _made(self, subject: Id, post: Id, squares: Squares) -> Made:
        """Make the files of a photograph with squares covered, check them as any reader would, and keep them."""
        pending = self._box.pending(subject, post)
        try:
            new = self._badges.covered(pending.files[0], lambda width, height: _boxes(squares, width, height))
        except NoPicture as none:
            if none.reason == "cell":
                raise OrderWrong("this machine cannot cover a photograph: that needs Linux on x86_64, and the package bubblewrap") from None
            raise OrderWrong("this photograph cannot be covered: ask for another one") from None
        made = Made(squares, hash_of(new.large), hash_of(new.small))
        picture = PostPicture(made.large, made.small, new.width, new.height)
        check_files(msgspec.structs.replace(pending.post, picture=picture), (new.large, new.small))
        self._box.keep_covered(subject, post, encode(made), encode((new.large, new.small)))
        return made


@contextmanager
def covering(desk: Desk) -> Iterator[Covering]:
    """Lend what covers photographs; its cells end with the block."""
    badges = Badges()
    try:
        yield Covering(desk, badges)
    finally:
        badges.close()


def agreed(desk: Desk, subject: Id, posts: Iterable[Id]) -> dict[Id, Post]:
    """Return posts as members agreed that they become public; what is not in the vault yet is made, all with the same cells. Raises NotHere, OrderWrong."""
    with covering(desk) as lent:
        return {post: lent.agreed(subject, post) for post in posts}


def published(desk: Desk, subject: Id, post: Id) -> Published:
    """Return one post as its members agreed that it becomes public, and its files. Raises NotHere, OrderWrong."""
    with covering(desk) as lent:
        return lent.published(subject, post)


def check_coverable(post: Post | None, squares: Squares) -> None:
    """Check that these squares can be covered: those of a photograph, each once, in order. Raises OrderWrong."""
    if not has_squares(post, squares):
        raise OrderWrong("only squares of a photograph are covered")


def _boxes(squares: Squares, width: int, height: int) -> Sequence[Box]:
    return [Box(*rectangle_of(square, width, height)) for square in squares_in(squares, width, height)]
