# SPDX-License-Identifier: AGPL-3.0-or-later
"""All versions of a campaign in a copy: what stays the same in each of them, and which posts and counts fit which.

A later version that moved posts to another wall, or sealed them to another key, would not be told by its text alone: the
first one is held against all others. A post belongs to the version that it names, which changed the statement and stood in the
ledger before the post's batch (T11, T18, T26). See spec/campaign.md and spec/verify.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ombuds.core.campaign import Batch
from ombuds.core.content import Content, read_content
from ombuds.core.errors import EntryRefused
from ombuds.core.keys import Id
from ombuds.core.posts import Post
from ombuds.core.record import Line, Record
from ombuds.core.terms import Terms, statements
from ombuds.mirror.folder import file_paths, read_file


@dataclass(frozen=True)
class Versions:
    """A campaign's versions by their numbers, each with its place in the ledger and its terms; ``content`` is the latest."""

    campaign: Id
    content: Content
    made: Mapping[int, tuple[int, Terms]]

    @property
    def wall(self) -> Id:
        """The subject of its batches."""
        return next(iter(self.made.values()))[1].wall

    @cached_property
    def statements(self) -> tuple[int, ...]:
        """The versions that changed what posts join in."""
        return statements((version, terms) for version, (_, terms) in self.made.items())

    def check_post(self, line: Line, post: Post) -> None:
        """Check that a post fits the version that it names, which changed the statement and stood before the post's batch. Raises EntryRefused."""
        index, terms = self.made.get(post.version, (line.index, None))
        if post.campaign != self.campaign or terms is None or index >= line.index:
            raise EntryRefused(f"entry {line.index}: a post of another campaign, or of a version that was not there yet")
        if post.version not in self.statements:
            # It would tell between which two versions of the text it was made.
            raise EntryRefused(f"entry {line.index}: a post of a version that changed nothing for posts")
        if post.kind not in terms.kinds or (post.rank is not None and post.rank >= len(terms.ranks)):
            raise EntryRefused(f"entry {line.index}: a post that its version of the campaign does not offer")

    def check_batch(self, line: Line, batch: Batch) -> None:
        """Check that a batch counts no regions that no version before it names. Raises EntryRefused."""
        before = [len(terms.regions) for index, terms in self.made.values() if index < line.index]
        if len(batch.regions) > max(before, default=0):
            raise EntryRefused(f"entry {line.index}: it counts regions that the campaign has not")


def campaigns(folder: Path, record: Record) -> Iterator[Versions]:
    """Yield the campaigns that are public, as far as their texts are here.

    Raises EntryRefused for one whose wall or moderation identity is another than in its first version, and for two with one wall.
    """
    walls = set[Id]()
    for subject in dict.fromkeys(line.subject for line in record.lines if line.kind == "campaign"):
        head = record.head(subject)
        found = _versions(folder, record, subject) if head is not None and head.kind != "takedown" else None
        if found is None:
            continue
        if found.wall in walls:
            raise EntryRefused("two campaigns have one wall")
        walls.add(found.wall)
        yield found


def _versions(folder: Path, record: Record, subject: Id) -> Versions | None:
    made, content = dict[int, tuple[int, Terms]](), None
    for line in record.lines:
        text = read_file(folder, file_paths(line)[0]) if line.subject == subject else None
        content = read_content(text.content) if text is not None else content
        if text is None or content is None or content.terms is None:
            continue
        _, first = next(iter(made.values()), (0, content.terms))
        if content.terms.wall != first.wall:
            raise EntryRefused(f"entry {line.index}: the campaign's wall is another than before")
        if content.terms.recipient != first.recipient:
            raise EntryRefused(f"entry {line.index}: the key to the campaign's posts is another than before")
        made[line.version] = (line.index, content.terms)
    return Versions(subject, content, made) if content is not None and made else None
