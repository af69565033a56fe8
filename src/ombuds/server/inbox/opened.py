# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox opened in memory for one visit: each released reply, checked, with the number under which it is shown.

A reply that the desk did not write is shown as a warning and never hidden: the source must know that somebody tries
(T19). It never opens what the source wrote itself: that is sealed to the desk. See spec/inbox.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombuds.core.age import Identity
from ombuds.core.attachments import FileNote, FileParts
from ombuds.core.consent import Question
from ombuds.core.errors import BadBytes, NotHere
from ombuds.core.messages import Message, Thread, open_message
from ombuds.server.store.inbox import Reply


@dataclass(frozen=True, repr=False)
class Shown:
    """One reply as the visit sees it; no message means that it expired or is not from the desk."""

    number: int
    reply: Reply
    message: Message | None


@dataclass(frozen=True, repr=False)
class Opened:
    """All released replies of one inbox, by number."""

    replies: tuple[Shown, ...]

    @property
    def highest(self) -> int:
        """The highest number of the desk that is here."""
        return max((each.message.number for each in self.replies if each.message), default=0)

    def numbered(self, number: str) -> Shown:
        """Return the reply of a number. Raises NotHere."""
        for each in self.replies:
            if str(each.number) == number:
                return each
        raise NotHere

    def question(self, wanted: str) -> Question:
        """Return the question of consent with this id. Raises NotHere."""
        for each in self.replies:
            if each.message and each.message.question and each.message.question.id == wanted:
                return each.message.question
        raise NotHere

    def file(self, number: str, wanted: str) -> tuple[FileNote, FileParts]:
        """Return a file of a reply: what the desk said of it and where it lies. Raises NotHere."""
        shown = self.numbered(number)
        notes = [note for note in shown.message.files if note.id == wanted] if shown.message else []
        stored = [file for file in shown.reply.files.files if file.id == wanted]
        if not notes or not stored:
            raise NotHere
        return notes[0], stored[0]


def open_inbox(replies: Sequence[Reply], identity: Identity, thread: Thread) -> Opened:
    """Open every reply; what cannot be opened or is not from the desk stands at the end."""
    good: dict[int, Shown] = {}
    rest: list[Reply] = []
    for reply in replies:
        message = _message(reply, identity, thread)
        if message is None or message.number in good:
            rest.append(reply)
        else:
            good[message.number] = Shown(message.number, reply, message)
    last = max(good, default=0)
    shown = [good[number] for number in sorted(good)]
    return Opened((*shown, *(Shown(last + place, reply, None) for place, reply in enumerate(rest, start=1))))


def _message(reply: Reply, identity: Identity, thread: Thread) -> Message | None:
    if reply.expired:
        return None
    try:
        return open_message(reply.content, identity, thread, "desk")
    except BadBytes:
        return None
