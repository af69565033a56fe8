# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's own desk shows: one frozen value for each screen.

They carry text and days. The one exception is a preview, which is Markup and is made by `Renderer.article` alone: a
plain string in its place is shown as text, never as HTML (T24). See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec import Struct

from ombuds.pages.desk_campaigns import BatchView
from ombuds.pages.desk_texts import AnsweredLine as AnsweredLine
from ombuds.pages.desk_texts import ConsentState, DraftLine, Lacking, PublishedLine, SigningLine, TourStep
from ombuds.pages.desk_work import WorkView
from ombuds.pages.values import Choice, Sentence, Trouble
from ombuds.pages.values import Fact as Fact


class DeskShell(Struct, frozen=True, kw_only=True):
    """What surrounds every screen. `token` goes into every form; `offline_since` is the day of what is shown."""

    desk_name: str
    token: str
    member: str = ""  # empty before the vault is open: the screens are then not offered
    language: str = "en"
    languages: tuple[str, ...] = ("en", "ru")
    path: str = "/"
    waiting: int = 0  # approvals that wait for this member
    only_moderates: bool = False  # the charter lets this member moderate and nothing else
    offline_since: date | None = None
    demonstration: bool = False
    home: str = ""  # the public server of a demonstration
    notice: str | Sentence | None = None  # a sentence after something was done; one of ours is translated
    trouble: Trouble | None = None
    static: str = "/static/"

    def link(self, path: str) -> str:
        """The address of a screen; a desk has one language, so nothing stands in front."""
        return path


class TodayItem(Struct, frozen=True, kw_only=True):
    """One thing that needs this member. With `post` the action is a button, else a link."""

    title: str | Sentence
    text: str | Sentence
    link: str
    action: str
    kind: str = ""  # approve, open, reply, look, overdue, renew, checkin, found
    day: date | None = None
    post: bool = False


class TodayView(Struct, frozen=True, kw_only=True):
    """One list of what needs me, and the cases I am on."""

    items: tuple[TodayItem, ...] = ()
    assigned: tuple[CaseLine, ...] = ()  # the cases that are this member's
    cases: tuple[CaseLine, ...] = ()
    steps: tuple[TourStep, ...] = ()  # of a demonstration alone


class CaseLine(Struct, frozen=True, kw_only=True):
    """A case in a list."""

    id: str
    title: str
    state: str
    day: date | None = None
    unread: int = 0


class CasesView(Struct, frozen=True, kw_only=True):
    """A page of the cases of which this member is on the team, and pages of the sealed reports not opened yet."""

    cases: tuple[CaseLine, ...] = ()
    states: tuple[StateLine, ...] = ()  # every state that a case is in
    state: str = ""  # the one that is shown alone
    total: int = 0
    unread: int = 0
    newer: str = ""
    older: str = ""
    sealed: tuple[SealedLine, ...] = ()
    sealed_total: int = 0
    sealed_more: str = ""
    lesser: tuple[SealedLine, ...] = ()  # those that came without effort
    lesser_total: int = 0
    lesser_more: str = ""
    back: Lacking = Lacking()  # which pages of the lists these are, so that a form comes back to them


class StateLine(Struct, frozen=True, kw_only=True):
    """How many cases are in a state."""

    state: str
    total: int


class SealedLine(Struct, frozen=True, kw_only=True):
    """A sealed report. Only its size class and day are known."""

    id: str
    day: date
    size: int
    agreed: int = 0
    needed: int = 2
    mine: bool = False  # this member has agreed already
    ready: bool = False  # enough agreed: it can be opened
    expires: date | None = None
    asked_by: str = ""  # who asked to open it
    together: int = 0  # how many others were asked about in the same breath
    opened: str = ""  # waiting: opened, and kept until somebody else of the team has read it; misfit: what was opened does not hold
    opened_by: str = ""


class DeskFile(Struct, frozen=True, kw_only=True):
    """A file that came with a message; `save_link` is empty when it is not on this machine."""

    name: str
    size: int
    save_link: str = ""
    hash: str = ""
    note: str = ""


class CaseMessage(Struct, frozen=True, kw_only=True):
    """One message of the conversation, or what was passed over in its place. direction: in (from the source), out (from the desk), void."""

    direction: str
    number: int
    author: str
    text: str
    day: date | None = None
    files: tuple[DeskFile, ...] = ()
    state: str = ""  # waiting, released, forged; of what was passed over, why
    asks: bool = False  # it asks the source for consent
    answers: bool = False  # it answers such a question
    closes: bool = False  # the source closed the case with it
    tells: str = ""  # what it tells the source of a question: agree, refuse, revoke, published
    last: int = 0  # of several that were passed over one after another, the last one's number
    more: tuple[str, ...] = ()  # and why else


class Note(Struct, frozen=True, kw_only=True):
    """A note that only the team reads."""

    author: str
    text: str
    day: date | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """A piece of evidence: the original is never publishable."""

    id: str
    name: str
    size: int
    hash: str
    save_link: str = ""
    picture_link: str = ""
    findings: tuple[Fact, ...] = ()


class CaseView(Struct, frozen=True, kw_only=True):
    """One case. `may` lists what is possible and makes sense now: reply, note, status, close, and of its text draft or sign."""

    id: str
    title: str
    state: str
    facts: tuple[Fact, ...] = ()
    wishes: tuple[str, ...] = ()
    about: tuple[PublishedLine, ...] = ()  # what is public and the source asks about
    team: tuple[str, ...] = ()
    messages: tuple[CaseMessage, ...] = ()
    notes: tuple[Note, ...] = ()
    drafts: tuple[DraftLine, ...] = ()
    signing: tuple[SigningLine, ...] = ()
    published: tuple[PublishedLine, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    consent: ConsentState = ConsentState()
    work: WorkView = WorkView()
    may: tuple[str, ...] = ()
    kept: str = ""
    plain: bool = False  # came without JavaScript: a watched server may have read it


class ApprovalItem(Struct, frozen=True, kw_only=True):
    """What is asked, by whom, what it will do. `previews` come from Renderer.article: one for each language, all that is signed."""

    id: str
    action: str  # open, publish, takedown, destroy, charter, card, add, stop
    asked_by: str
    does: str | Sentence
    title: str = ""
    details: tuple[Fact, ...] = ()
    previews: tuple[Markup, ...] = ()
    every: tuple[Fact, ...] = ()  # all that is signed as plain lines, every character
    expires: date | None = None
    given: int = 0
    needed: int = 2
    mine: bool = False  # this member has answered already
    stopped: bool = False  # a member stopped it: no answer is needed
    disappears: bool = False  # the previews are what a takedown takes away
    trouble: Trouble | None = None  # why this desk would not sign it
    batch: BatchView | None = None


class ApproveView(Struct, frozen=True, kw_only=True):
    """Everything that waits for an answer, and what was answered lately."""

    items: tuple[ApprovalItem, ...] = ()
    answered: tuple[AnsweredLine, ...] = ()
    ticked: bool = False  # the member asked for all of them to be ticked
    back: Lacking = Lacking()  # on a page that comes back

    @property
    def open(self) -> int:
        """How many wait for this member's answer."""
        return sum(not (item.mine or item.stopped) for item in self.items)


class MemberLine(Struct, frozen=True, kw_only=True):
    """A member, and how far their keys reach."""

    name: str
    fingerprint: str
    roles: tuple[str, ...] = ()
    keys_until: date | None = None
    seen: date | None = None
    me: bool = False
    state: str = "fine"  # fine, late, silent


class MembersView(Struct, frozen=True, kw_only=True):
    """The members, their keys, and what must be renewed."""

    members: tuple[MemberLine, ...]
    fingerprint: str = ""
    version: int = 1
    thresholds: tuple[Fact, ...] = ()
    freshness_day: date | None = None
    freshness_until: date | None = None
    charter_expires: date | None = None
    todo: tuple[TodayItem, ...] = ()


class UnlockView(Struct, frozen=True, kw_only=True):
    """Where a member opens the vault. `typed` are the fields of a form that came while the desk was locked, `back` its address."""

    vault: str = ""
    back: str = ""
    typed: tuple[tuple[str, str], ...] = ()
    trouble: Trouble | None = None


class Field(Struct, frozen=True, kw_only=True):
    """One field of a small form. kind: text, password, long, number, date, hidden, choice, file."""

    name: str
    label: str = ""
    hint: str = ""
    kind: str = "text"
    value: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()


class SmallForm(Struct, frozen=True, kw_only=True):
    """A screen with one question: a confirmation, a reason, a first step. Labels of ours are translated."""

    title: str | Sentence
    text: str | Sentence
    action: str
    button: str
    fields: tuple[Field, ...] = ()
    facts: tuple[Fact, ...] = ()
    back: str = "/"
    danger: bool = False
    trouble: Trouble | None = None


class DeskError(Struct, frozen=True, kw_only=True):
    """Something was refused."""

    trouble: Trouble
    detail: str = ""
    status: int = 400
    onward: bool = True  # the first screen would answer
    way: Choice | None = None  # the place in which it happened
