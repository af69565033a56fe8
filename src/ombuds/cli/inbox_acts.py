# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a source does in an open inbox from the command line: write, answer a question, save files, delete, close.

Everything is sealed or signed on this machine. Without an open case a message goes as a new report on the same inbox, and
an answer cannot be given. A file is saved only by an explicit act and never over another (T12). See spec/cli.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from ombuds.cli.asking import tell
from ombuds.cli.door import Door
from ombuds.cli.inbox_shown import code_of
from ombuds.cli.known import recipients_of
from ombuds.cli.sending import send_report
from ombuds.cli.uploading import Uploading
from ombuds.core.attachments import FileNote, FileOpener, FileParts, FileSealer
from ombuds.core.charter import InForce
from ombuds.core.consent import Choice, Item, Question, answer
from ombuds.core.errors import NotHere, OrderWrong, ReportEmpty, SettingWrong
from ombuds.core.keys import Id
from ombuds.core.messages import Message, write_message
from ombuds.core.sealing import NOTHING_SAID, Draft
from ombuds.core.source import Opened, Where, open_cases, open_inbox, seal_followup, where_of, without_fillers
from ombuds.core.source_keys import SourceKeys
from ombuds.core.wire import SealingNow
from ombuds.host.clock import today
from ombuds.host.files import safe_name

ALL = "all"


@dataclass(frozen=True, repr=False)
class Inbox:
    """One inbox, opened on this machine."""

    door: Door
    keys: SourceKeys
    opened: Opened
    places: tuple[Where, ...]

    @property
    def where(self) -> Where | None:
        """Where a message goes that answers nothing in particular."""
        return where_of(self.places, "")

    @property
    def generation(self) -> int:
        """The generation of the secret that both sides share now."""
        return self.where.card.generation if self.where else 0


def look(door: Door, charter: InForce, keys: SourceKeys) -> Inbox:
    """Fetch an inbox and open it here."""
    seen = door.inbox(keys.mailbox)
    places = open_cases(seen.cards, charter, keys.mailbox_hash, today())
    thread = keys.thread(places[0].card.generation if places else 0)
    return Inbox(door, keys, open_inbox(without_fillers(seen.replies, keys.identity), keys.identity, thread), places)


def write(inbox: Inbox, now: SealingNow, charter: InForce, text: str, files: Sequence[Path]) -> None:
    """Write to the desk: to the open case, or as a new report on this inbox. Raises ReportEmpty and what sending raises."""
    if not text.strip() and not files:
        raise ReportEmpty
    if inbox.where is None:
        tell("no case of yours is open: this goes to the desk as a new report")
        draft = Draft(text, charter.charter.languages[0], "command-line", NOTHING_SAID, inbox.keys.contact)
        send_report(inbox.door, recipients_of(now, charter, today), draft, files)
        return
    _send(inbox, inbox.where, _begin(inbox, text), files)


def respond(inbox: Inbox, question: Question, choice: Choice, without: Sequence[str]) -> None:
    """Sign an answer to the exact text of a question and send it. Raises OrderWrong without an open case or after a no, SettingWrong."""
    before = inbox.opened.standing(question).answer
    if choice == "agree" and before is not None and before.what != "agree":
        raise OrderWrong("the desk has your no to this text, and a no is final; the desk can ask you anew")
    strange = [item for item in without if item not in question.items]
    if strange:
        raise SettingWrong(f"without: {strange[0]} is not among what can be left out")
    items: tuple[Item, ...] = tuple(item for item in question.items if item in without)
    signed = answer(question, inbox.keys.mailbox_hash, choice, items, inbox.keys.consent)
    _send(inbox, where_of(inbox.places, inbox.opened.case_of(question)), msgspec.structs.replace(_begin(inbox, ""), answer=signed), ())


def close(inbox: Inbox) -> None:
    """Tell the desk that the source closes the case, or every case of this inbox. Raises OrderWrong without an open case."""
    for where in inbox.places or (None,):
        _send(inbox, where, msgspec.structs.replace(_begin(inbox, ""), close=True), ())


def question_of(inbox: Inbox, code: str) -> Question:
    """Return the question with this code. Raises NotHere: the text is another one, or was never asked."""
    for question in inbox.opened.questions:
        if code_of(question) == code:
            return question
    raise NotHere(f"no question has the code {code[:64]}; ombuds inbox shows each question with its code")


def delete(inbox: Inbox, numbers: Sequence[str]) -> int:
    """Delete replies by their numbers, or all, and return how many. Raises NotHere."""
    gone = inbox.opened.replies if ALL in numbers else tuple(inbox.opened.numbered(number) for number in numbers)
    ids: tuple[Id, ...] = tuple(each.reply.id for each in gone)
    inbox.door.delete(inbox.keys.mailbox, ids)
    return len(ids)


def save(inbox: Inbox, folder: Path) -> list[Path]:
    """Save every file of every reply into a folder, under names of their own; return where. Raises NotHere, Tampered."""
    if not folder.is_dir():
        raise NotHere(f"no folder {folder}")
    saved = []
    for each in inbox.opened.replies:
        for note in each.message.files if each.message else ():
            listed = inbox.opened.file(str(each.number), note.id)
            saved.append(_save_one(inbox, each.reply.id, listed, folder))
    return saved


def _begin(inbox: Inbox, text: str) -> Message:
    return write_message(inbox.keys.thread(inbox.generation), "source", 0, text)


def _send(inbox: Inbox, where: Where | None, message: Message, files: Sequence[Path]) -> None:
    if where is None:
        raise OrderWrong("no case of yours is open, or its key has run out; a message can be sent at any time")
    uploaded = Uploading(inbox.door, files).run(lambda: FileSealer(where.recipient)) if files else []
    case = where.card.case
    message = msgspec.structs.replace(message, case=case, number=inbox.opened.highest(case))
    sealed = seal_followup(message, uploaded, inbox.keys.thread(inbox.generation), where.recipient)
    inbox.door.message(inbox.keys.mailbox, where.card.case, sealed)


def _save_one(inbox: Inbox, reply: Id, listed: tuple[FileNote, FileParts], folder: Path) -> Path:
    note, stored = listed
    path, file = _new_file(folder, safe_name(note.name))
    whole = False
    try:
        with file:
            opener = FileOpener(note, inbox.keys.identity)
            for part in stored.parts:
                for piece in inbox.door.reply_part(inbox.keys.mailbox, reply, part):
                    file.write(opener.write(piece))
            file.write(opener.finish())
        whole = True
    finally:
        if not whole:
            # Half a file, or one that somebody changed, must not be taken for what the desk sent.
            path.unlink()
    return path


def _new_file(folder: Path, name: str) -> tuple[Path, BinaryIO]:
    for path in _names(folder, name):
        try:
            return path, path.open("xb")
        except FileExistsError:
            continue
        except OSError:
            break
    raise NotHere(f"no file can be made in {folder}")


def _names(folder: Path, name: str) -> Iterator[Path]:
    yield folder / name
    stem, ending = Path(name).stem, Path(name).suffix
    yield from (folder / f"{stem} ({number}){ending}" for number in range(2, 1000))
