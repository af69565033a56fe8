# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's desk remembers, one small typed method a thing: keys, pins, sealed reports, cases, drafts.

Nothing of it leaves the machine unsealed. Old keys go for good: a week's key 14 days after its week, a report's share when
the report is opened or its time is over (T01, T14). It fetches nothing and decides nothing. See spec/vault.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from ombuds.core.age import Identity
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import NotHere, OrderWrong
from ombuds.core.keys import Hash, Id
from ombuds.core.sealing import Sealed, Share
from ombuds.core.wire import ProposalSeen
from ombuds.desk.cardbox import Cards
from ombuds.desk.index import Index
from ombuds.desk.kept import Answered, Flagged, KeptDraft, KeptProposal, KeptReport, Matter, Me, Pin
from ombuds.desk.lines import said_by
from ombuds.desk.lists import KEEP_MATTER, Lists
from ombuds.desk.postbox import Posts
from ombuds.desk.receiptbox import Receipts
from ombuds.desk.slotbox import Slots
from ombuds.desk.upgrade import size_of, upgrade
from ombuds.desk.vaultfile import Cell, Stretch, VaultFile, create_file, open_file


class Vault:
    """A member's memory, open. Use it as a context, so that it is closed in the end."""

    def __init__(self, file: VaultFile) -> None:
        self.file, self.lists, self.index, self.cards = file, Lists(file), Index(file), Cards(file)
        self.slots, self.posts, self.receipts = Slots(file, self.index), Posts(file), Receipts(file)

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the vault."""
        self.file.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep everything that is kept inside, or nothing of it."""
        with self.file.write():
            yield

    # Notes, and who I am.

    def note(self, name: str) -> bytes | None:
        """Return what was noted under a name."""
        rows = self.file.rows("SELECT value FROM note WHERE name = ?", name)
        return _content(rows[0][0]) if rows else None

    def keep_note(self, name: str, value: bytes) -> None:
        """Note something under a name."""
        self.file.put("INSERT OR REPLACE INTO note VALUES (?, ?)", name, value)

    def notes(self, start: str) -> dict[str, bytes]:
        """Return the notes whose names begin so."""
        rows = self.file.rows("SELECT name, value FROM note WHERE name >= ? AND name < ? ORDER BY name", start, start + "\x7f")
        return {str(name): _content(value) for name, value in rows}

    def drop_note(self, name: str) -> None:
        """Delete a note."""
        self.file.put("DELETE FROM note WHERE name = ?", name)

    def me(self) -> Me:
        """Return whose vault this is. Raises NotHere."""
        return decode(_there(self.note("me"), "no member yet"), Me)

    def keep_me(self, me: Me) -> None:
        """Say whose vault this is, once. Raises OrderWrong."""
        if self.note("me") is not None:
            raise OrderWrong("this vault belongs to a member already")
        self.keep_note("me", encode(me))

    def pin(self) -> Pin:
        """Return what was seen of the record last. Raises NotHere before joining a desk."""
        return decode(_there(self.note("pin"), "not joined yet"), Pin)

    def keep_pin(self, pin: Pin) -> None:
        """Remember what was seen of the record."""
        self.keep_note("pin", encode(pin))

    # The ledger's leaves, already checked.

    def leaves(self) -> list[bytes]:
        """Return all leaves in order."""
        return [_content(row[0]) for row in self.file.rows("SELECT content FROM leaf ORDER BY place")]

    def keep_leaves(self, first: int, leaves: Sequence[bytes]) -> None:
        """Keep the leaves from an index on."""
        with self.file.write():
            for place, leaf in enumerate(leaves, start=first):
                self.file.put("INSERT INTO leaf VALUES (?, ?)", place, leaf)

    # Weeks' identities.

    def epochs(self) -> dict[int, tuple[Identity, Envelope]]:
        """Return the weeks' identities that are still kept, with the statements that publish them."""
        rows = self.file.rows("SELECT week, seed, statement FROM epoch ORDER BY week")
        return {int(str(week)): (Identity(_content(seed)), decode(_content(said), Envelope)) for week, seed, said in rows}

    def keep_epoch(self, week: int, identity: Identity, statement: Envelope) -> None:
        """Keep a new week's identity."""
        self.file.put("INSERT INTO epoch VALUES (?, ?, ?)", week, identity.seed, encode(statement))

    def drop_epochs(self, before: int) -> None:
        """Delete the identities of the weeks before this one for good."""
        self.file.put("DELETE FROM epoch WHERE week < ?", before)

    # Sealed reports.

    def keep_report(self, sealed: Sealed, day: date, worked: bool = True) -> None:
        """Keep a sealed report, and whether it came with effort; one that is here already stays as it is."""
        cells = (sealed.id, sealed.manifest.hash, encode(sealed), day.isoformat(), size_of(sealed), worked)
        self.file.put("INSERT OR IGNORE INTO report VALUES (?, ?, ?, NULL, ?, ?, ?)", *cells)

    def report(self, report: Id) -> KeptReport:
        """Return a sealed report. Raises NotHere."""
        return _report(_row(self.file.rows("SELECT sealed, share, day FROM report WHERE id = ?", report)))

    def report_of(self, submission: Hash) -> KeptReport:
        """Return the sealed report with this manifest. Raises NotHere."""
        return _report(_row(self.file.rows("SELECT sealed, share, day FROM report WHERE submission = ?", submission)))

    def reports(self, limit: int = 500) -> list[KeptReport]:
        """Return the sealed reports, oldest first."""
        return [_report(row) for row in self.file.rows("SELECT sealed, share, day FROM report ORDER BY day, id LIMIT ?", limit)]

    def report_ids(self) -> set[str]:
        """Return the ids of all sealed reports."""
        return {str(row[0]) for row in self.file.rows("SELECT id FROM report")}

    def keep_share(self, report: Id, share: Share) -> None:
        """Keep the own share of a report whose week's key is about to go."""
        self.file.put("UPDATE report SET share = ? WHERE id = ?", encode(share), report)

    def forget_report(self, report: Id) -> None:
        """Delete a sealed report and its share: it was opened, or its time is over."""
        self.file.put("DELETE FROM report WHERE id = ?", report)

    def forget_submission(self, submission: Hash) -> None:
        """Delete the sealed report with this manifest: it is a case now."""
        self.file.put("DELETE FROM report WHERE submission = ?", submission)

    # Proposals.

    def keep_proposal(self, seen: ProposalSeen, day: date) -> None:
        """Keep a proposal as it stands now; the own answer and the first day stay."""
        statement = "INSERT INTO proposal VALUES (?, ?, ?, '', ?) ON CONFLICT (hash) DO UPDATE SET content = excluded.content, done = excluded.done"
        self.file.put(statement, seen.hash, encode(seen), int(seen.done), day.isoformat())

    def proposal(self, proposal: Hash) -> KeptProposal:
        """Return a proposal. Raises NotHere."""
        return _proposal(_row(self.file.rows("SELECT content, answer, day, done FROM proposal WHERE hash = ?", proposal)))

    def done_proposals(self) -> set[Hash]:
        """Return the hashes of all proposals that are over."""
        return {str(row[0]) for row in self.file.rows("SELECT hash FROM proposal WHERE done = 1")}

    def proposals(self, done: bool = False, limit: int = 500) -> list[KeptProposal]:
        """Return all proposals that are not over, oldest first, or those that are, latest first, as many as ``limit``."""
        waiting = "SELECT content, answer, day, done FROM proposal WHERE done = 0 ORDER BY day, hash LIMIT ?"
        over = "SELECT content, answer, day, done FROM proposal WHERE done = 1 ORDER BY day DESC, hash DESC LIMIT ?"
        return [_proposal(row) for row in self.file.rows(over if done else waiting, limit if done else -1)]

    def answer_proposal(self, proposal: Hash, answer: Answered) -> None:
        """Note what this member answered."""
        self.file.put("UPDATE proposal SET answer = ? WHERE hash = ?", answer, proposal)

    def end_proposal(self, proposal: Hash) -> None:
        """Note that a proposal is over."""
        self.file.put("UPDATE proposal SET done = 1 WHERE hash = ?", proposal)

    # Cases.

    def keep_identity(self, case: Id, generation: int, identity: Identity) -> None:
        """Keep the identity of a case's generation."""
        self.file.put("INSERT OR IGNORE INTO identity VALUES (?, ?, ?)", case, generation, identity.seed)

    def identities(self, case: Id) -> dict[int, Identity]:
        """Return a case's identities by generation; empty if this member is not on the case."""
        rows = self.file.rows("SELECT generation, seed FROM identity WHERE holder = ? ORDER BY generation", case)
        return {int(str(generation)): Identity(_content(seed)) for generation, seed in rows}

    def keep_matter(self, matter: Matter) -> None:
        """Keep a case's line of the list."""
        cells = (matter.id, matter.state, matter.day.isoformat(), matter.seq, encode(matter), matter.unread)
        self.file.put(KEEP_MATTER, *cells)

    def matter(self, case: Id) -> Matter:
        """Return a case's line of the list. Raises NotHere."""
        return decode(_content(_row(self.file.rows("SELECT content FROM matter WHERE id = ?", case))[0]), Matter)

    def matters(self, state: str = "", limit: int = 200) -> list[Matter]:
        """Return the latest lines of the list of cases, all or those in one state."""
        return self.lists.matters(state, limit=limit)

    def forget_case(self, case: Id) -> None:
        """Delete what this member could read of a case that they are on no longer; the custody share stays."""
        with self.file.write():
            self.index.forget(case)
            for table in ("identity", "slot", "message", "draft"):
                self.file.put(f"DELETE FROM {table} WHERE holder = ?", case)  # noqa: S608 - a name of the line above
            self.file.put("DELETE FROM matter WHERE id = ?", case)
            self.drop_note(f"read:{case}")
            self.drop_note(f"swapped:{case}")
            self.drop_note(f"work:{case}")

    def flag(self, message: Flagged) -> None:
        """Keep a message that does not hold."""
        self.file.put("INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?)", message.id, message.case, encode(message), message.day.isoformat())

    def flagged(self, case: Id) -> list[Flagged]:
        """Return the messages of a case that do not hold."""
        rows = self.file.rows("SELECT content FROM message WHERE holder = ? ORDER BY day", case)
        return [decode(_content(row[0]), Flagged) for row in rows]

    def keep_draft(self, draft: KeptDraft) -> None:
        """Keep a draft, in place of an earlier one of the same id."""
        with self.file.write():
            self.forget_draft(draft.id)
            self.file.put("INSERT INTO draft VALUES (?, ?, ?, ?)", draft.id, draft.case, encode(draft), draft.day.isoformat())
            self.index.add(said_by(draft))

    def draft(self, draft: Id) -> KeptDraft:
        """Return a draft. Raises NotHere."""
        return decode(_content(_row(self.file.rows("SELECT content FROM draft WHERE id = ?", draft))[0]), KeptDraft)

    def drafts(self, case: str | None = None, limit: int = 200) -> list[KeptDraft]:
        """Return the drafts, latest first, all or those of one case."""
        if case is None:
            rows = self.file.rows("SELECT content FROM draft ORDER BY day DESC, id LIMIT ?", limit)
        else:
            rows = self.file.rows("SELECT content FROM draft WHERE holder = ? ORDER BY day DESC, id LIMIT ?", case, limit)
        return [decode(_content(row[0]), KeptDraft) for row in rows]

    def forget_draft(self, draft: Id) -> None:
        """Delete a draft."""
        with self.file.write():
            for (holder,) in self.file.rows("SELECT holder FROM draft WHERE id = ?", draft):
                self.index.forget(str(holder), draft)
            self.file.put("DELETE FROM draft WHERE id = ?", draft)


def create_vault(folder: Path, passphrase: str, stretch: Stretch) -> Vault:
    """Make a new vault. Raises OrderWrong if there is one, VaultLocked for an empty passphrase."""
    return Vault(create_file(folder, passphrase, stretch))


def open_vault(folder: Path, passphrase: str) -> Vault:
    """Open a vault and bring an older one up to date. Raises NotHere, VaultLocked, VaultBusy, VaultDamaged, VaultNewer."""
    file = open_file(folder, passphrase)
    try:
        upgrade(file)
    except BaseException:
        file.close()
        raise
    return Vault(file)


def _content(cell: Cell) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _there(content: bytes | None, what: str) -> bytes:
    if content is None:
        raise NotHere(what)
    return content


def _row(rows: list[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    if not rows:
        raise NotHere
    return rows[0]


def _report(row: tuple[Cell, ...]) -> KeptReport:
    share = decode(_content(row[1]), Share) if row[1] is not None else None
    return KeptReport(decode(_content(row[0]), Sealed), date.fromisoformat(str(row[2])), share)


def _proposal(row: tuple[Cell, ...]) -> KeptProposal:
    answer: Answered = msgspec.convert(row[1], Answered)
    return KeptProposal(decode(_content(row[0]), ProposalSeen), answer, date.fromisoformat(str(row[2])), bool(row[3]))
