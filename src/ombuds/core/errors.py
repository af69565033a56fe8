# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every way in which ombuds can refuse, in one tree: bytes, the source, custody, the public record, the machine. It raises nothing itself.
The docstring of a class is what a person reads, ``help`` what to do next; a detail never holds content, names, words or keys. See spec/errors.md."""

from __future__ import annotations


class OmbudsError(Exception):
    """Something went wrong."""

    help: str = "Try again; if it happens again, tell the desk what you did."

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(self.sentence if not detail else f"{self.sentence} ({detail})")

    @property
    def sentence(self) -> str:
        """The sentence a person reads."""
        return (self.__doc__ or "").strip().splitlines()[0]


class BadBytes(OmbudsError):
    """These bytes are not what they should be."""

    help = "Fetch them again; if they are still wrong, somebody changed them: tell the desk."


class Malformed(BadBytes):
    """This is not a well-formed ombuds message."""


class NotSealedForThis(BadBytes):
    """This was sealed to another key."""

    help = "Open it with the key it was sealed to; nothing is damaged."


class Tampered(BadBytes):
    """This was changed after it was sealed."""


class ForgedMessage(BadBytes):
    """This message was not written by the other side of this inbox."""

    help = "Do not answer it. The server or somebody behind it made it up: tell the desk by another way."


class BadSignature(BadBytes):
    """A signature does not fit what it signs."""


class EventVoid(BadBytes):
    """Something in the log of a case is no event of it, and was passed over."""

    help = "Look at the case: it shows what it is and who signed it, if somebody did. It changes nothing and stops nobody."


class ShownOtherwise(BadBytes):
    """The server showed this desk first one thing in the log of a case, and then another."""

    help = "Compare with the other members what their desks show; the server may be telling two stories."


class WordsWrong(OmbudsError):
    """These are not twelve words of an inbox."""

    help = "Look at each word as you wrote it down: twelve words, in order, from one list."


class WordUnknown(WordsWrong):
    """One of the words is not in the list."""

    help = "Check its spelling. It may be a similar word, or a word of another language."


class WordsMixed(WordsWrong):
    """The words are from two languages."""

    help = "All twelve words come from one list. Check the ones that look out of place."


class WordsCount(WordsWrong):
    """There should be exactly twelve words."""

    help = "Type all twelve words with a space between them, in the order you wrote them down."


class WordsChecksum(WordsWrong):
    """Each word is in the list, but together they are not an inbox's words."""

    help = "One word is probably swapped or replaced by a similar one. Compare with what you wrote down."


class ReportEmpty(OmbudsError):
    """There is nothing in this report yet."""

    help = "Write what happened, or attach a file. Nothing was sent."


class TooLarge(OmbudsError):
    """This is larger than the desk accepts."""

    help = "Send fewer or smaller files; the limit stands beside the field. Your text is still here."


class TooManyExcluded(OmbudsError):
    """So many members were left out that the rest could not open this report."""

    help = "Leave out fewer members. Nothing was sent."


class IntakeClosed(OmbudsError):
    """This desk takes no reports today, because its members have not renewed its keys."""

    help = "Nothing was lost. Come back in a few days, or look for the desk's other addresses."


class NotEnough(OmbudsError):
    """Too few members agreed."""

    help = "Ask another member to look at it and approve."


class NotThisApproval(OmbudsError):
    """This approval was given for something else."""

    help = "Ask the member to approve what is on the table now."


class Expired(OmbudsError):
    """Its time is over."""

    help = "Ask for it again; the members decide anew."


class AlreadyUsed(OmbudsError):
    """This approval was used already."""

    help = "Nothing is lost: look whether the thing was done."


class Stopped(OmbudsError):
    """A member, or the source, stopped this."""

    help = "Talk to whoever stopped it. It can be proposed again."


class ShareWrong(OmbudsError):
    """A member's share does not fit this report."""

    help = "Ask that member to approve again from their own desk. The other shares are fine."


class NotAMember(OmbudsError):
    """This key belongs to no member of the desk."""

    help = "Check the charter; the member may have been removed."


class CharterRefused(OmbudsError):
    """This charter breaks a rule that every verifier checks."""

    help = "Mend the charter and have it signed again; nothing was changed."


class FreshnessStale(OmbudsError):
    """The desk's members have not confirmed their keys lately."""

    help = "Do not send anything to these keys. Come back when the desk has renewed them."


class OrderWrong(OmbudsError):
    """This step is not possible now."""

    help = "Look at the case: an earlier step is missing, or it was done already."


class NoConsent(OmbudsError):
    """The source has not agreed to exactly this text."""

    help = "Ask the source for consent to this text, or name the public sources it rests on."


class RecordBroken(OmbudsError):
    """The public record does not hold together."""

    help = "Keep this copy and compare it with another mirror's."


class EntryRefused(RecordBroken):
    """An entry of the ledger breaks the rules."""


class ContentChanged(RecordBroken):
    """The text is not the one that the members signed."""

    help = "Do not trust this page; get it from another mirror."


class EntryMissing(RecordBroken):
    """An entry of the ledger is missing."""


class LedgerEndless(RecordBroken):
    """The server sends more than a ledger can hold."""


class HistoryForked(RecordBroken):
    """Two copies of the ledger contradict each other."""

    help = "Keep both copies: together they prove that the server told two stories."


class CheckpointWrong(RecordBroken):
    """The ledger's checkpoint is not signed by the log key of the charter."""


class ProofMissing(RecordBroken):
    """The proof of this page is not beside it."""

    help = "Save the page's proof file from the same address into the same folder, and check again."


class SettingWrong(OmbudsError):
    """A setting is wrong, so the program does not start."""

    help = "Correct the named setting; ombuds server settings lists them all."


class StoreBusy(OmbudsError):
    """The store is busy."""

    help = "Nothing was lost. Try again in a moment."


class StoreFull(OmbudsError):
    """The store has no room left."""

    help = "Nothing of what was thanked for is lost. Send the text without files, or come back later."


class RemoteRefused(OmbudsError):
    """The server refused this."""

    help = "Read the reason; if it is not clear, fetch anew and try again."


class RemoteSilent(OmbudsError):
    """The server does not answer."""

    help = "Your work is kept on this machine. Try again when the connection is back."


class VaultLocked(OmbudsError):
    """The passphrase does not open this vault."""

    help = "Type it again; capital letters and spaces count."


class VaultDamaged(OmbudsError):
    """This vault is damaged."""

    help = "Restore it from your copy, or ask the other members to re-sign the charter with a new key of yours."


class VaultFull(OmbudsError):
    """The vault cannot be written: this machine's disk is full, or takes nothing."""

    help = "What was kept before is kept. Make room on this machine's disk, and do it again."


class VaultBusy(OmbudsError):
    """Another desk has this vault open."""

    help = "Close the other desk first."


class VaultNewer(OmbudsError):
    """This vault was written by a newer ombuds."""

    help = "Open it with that version or a later one; nothing was changed."


class QueryUnclear(OmbudsError):
    """This search is unclear."""

    help = 'Type words that must all occur, "a phrase" in quotation marks, or the first letters of a word with a star: over*'


class NotHere(OmbudsError):
    """There is nothing of that name here."""

    help = "Look whether the name or the address is written as it was given to you."


class RequestRefused(OmbudsError):
    """This request is not signed by a member, or was sent before."""

    help = "Fetch again from your desk; check the clock of your machine."
