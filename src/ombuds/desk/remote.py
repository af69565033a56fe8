# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's only way to the server: signed requests out, strictly read structs back, and refusals as our own errors.

The server is not trusted: answers have a limit, nothing is followed elsewhere, and only refusals that a server may rightly
make are taken by their name (refusals.py; T05). It verifies no content: chain.py, log.py and the verbs do. See spec/wire.md.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from ombuds.core.attachments import PART_SIZE, Part
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import ContentChanged, RemoteRefused, RemoteSilent, RequestRefused, Tampered
from ombuds.core.keys import Hash, Id, MemberName, SigningKey, hash_of
from ombuds.core.publication import Salted
from ombuds.core.wire import (
    REQUEST_HEADER,
    Appended,
    Approval,
    Cases,
    DeskState,
    Events,
    Leaves,
    Logged,
    NewCard,
    NewCase,
    NewEntry,
    NewEvent,
    NewProposal,
    NewReply,
    Proposals,
    ProposalSeen,
    Reports,
    SealingNow,
    Waiting,
    sign_request,
)
from ombuds.core.wire_posts import LeavesAt, Leaving, NewRulings, PostIds, RulingsSeen, Settled, WallPage, WallPosts, Withdrawals
from ombuds.desk.refusals import refusal
from ombuds.host.clock import Clock
from ombuds.host.remote import BadAnswer, Client

S = TypeVar("S")

LARGEST_ANSWER = 256 * 1024 * 1024
PIECE = 256 * 1024
LARGEST_POST = 2 * 1024 * 1024


@dataclass(frozen=True, repr=False)
class Signer:
    """Who signs the requests: a member of one desk."""

    instance_id: Hash
    member: MemberName
    key: SigningKey
    clock: Clock


class Remote:
    """The server of one desk, as a member sees it."""

    def __init__(self, client: Client, address: str, signer: Signer | None = None) -> None:
        self._client = client
        self.address = address
        self._signer = signer

    # What everybody may ask.

    def sealing(self) -> SealingNow:
        """Return what a sealer checks. Raises RemoteSilent, RemoteRefused, Malformed, as every method here does."""
        return self._ask("GET", "/api/sealing", SealingNow)

    def leaves(self, first: int) -> Leaves:
        """Return leaves of the ledger from an index on, with the checkpoint over the whole."""
        return self._ask("GET", f"/api/ledger?from={first}", Leaves)

    def checkpoint(self) -> bytes:
        """Return the signed checkpoint of the ledger."""
        return self._send("GET", "/checkpoint", b"")

    def content(self, subject: Id, version: int) -> Salted:
        """Return a published text with its salt. Raises NotHere after a takedown, and what every method here raises."""
        return self._ask("GET", f"/api/content/{subject}/{version}", Salted)

    def picture(self, subject: Id, version: int, number: int) -> Salted:
        """Return a published picture with its salt, counted from 1. Raises NotHere after a takedown."""
        return self._ask("GET", f"/api/content/{subject}/{version}/{number}", Salted)

    # Members, keys and confirmations.

    def state(self) -> DeskState:
        """Return charters, epoch statements and confirmations."""
        return self._ask("GET", "/api/members/state", DeskState)

    def publish_epoch(self, statement: Envelope) -> None:
        """Publish the own recipient of a week."""
        self._tell("POST", "/api/members/epochs", encode(statement))

    def confirm(self, freshness: Envelope) -> None:
        """Hand in a signed confirmation; the server joins it with the others'."""
        self._tell("POST", "/api/members/freshness", encode(freshness))

    # Reports and proposals.

    def reports(self, after: str = "") -> Reports:
        """Return sealed reports, those whose id comes after one."""
        return self._ask("GET", f"/api/members/reports?after={after}" if after else "/api/members/reports", Reports)

    def proposals(self, after: str = "") -> Proposals:
        """Return a page of the proposals that are not over, behind one of them; without the enclosures of those that were done."""
        return self._ask("GET", f"/api/members/proposals?after={after}" if after else "/api/members/proposals", Proposals)

    def proposal(self, proposal: Hash) -> ProposalSeen:
        """Return a proposal with its enclosure, done or not. Raises NotHere."""
        return self._ask("GET", f"/api/members/proposals/{proposal}", ProposalSeen)

    def propose(self, proposal: NewProposal) -> None:
        """Hand in a proposal under the own approval."""
        self._tell("POST", "/api/members/proposals", encode(proposal))

    def approve(self, approval: Approval) -> None:
        """Hand in an approval."""
        self._tell("POST", "/api/members/approvals", encode(approval))

    def object(self, objection: Envelope) -> None:
        """Hand in an objection."""
        self._tell("POST", "/api/members/objections", encode(objection))

    # Cases.

    def open_case(self, case: NewCase) -> None:
        """Hand in an opened report as a case."""
        self._tell("POST", "/api/members/cases", encode(case))

    def confirm_case(self, case: Id) -> None:
        """Say that a case reads, which another member opened: the server forgets its sealed original."""
        self._tell("POST", f"/api/members/cases/{case}/confirm", b"")

    def renew_card(self, case: Id, card: NewCard) -> None:
        """Hand in a card that takes the present one's place."""
        self._tell("POST", f"/api/members/cases/{case}/card", encode(card))

    def cases(self) -> Cases:
        """Return the cases with the own grants."""
        return self._ask("GET", "/api/members/cases", Cases)

    def events(self, case: Id, after: int) -> Events:
        """Return the sealed events of a case after a number."""
        return self._ask("GET", f"/api/members/cases/{case}/events?after={after}", Events)

    def add_event(self, case: Id, event: NewEvent) -> None:
        """Add a sealed event. Raises OrderWrong if another desk was quicker."""
        self._tell("POST", f"/api/members/cases/{case}/events", encode(event))

    def messages(self, case: Id) -> Waiting:
        """Return the source's messages that wait."""
        return self._ask("GET", f"/api/members/cases/{case}/messages", Waiting)

    def logged(self, case: Id, done: Logged) -> None:
        """Say which messages stand in the case log now."""
        self._tell("POST", f"/api/members/cases/{case}/logged", encode(done))

    def reply(self, case: Id, reply: NewReply) -> None:
        """Hand in a sealed reply."""
        self._tell("POST", f"/api/members/cases/{case}/replies", encode(reply))

    def publish(self, entry: NewEntry) -> Appended:
        """Hand in an entry under enough signatures."""
        return decode(self._send("POST", "/api/members/entries", encode(entry)), Appended)

    def hand_in_batch(self, entry: NewEntry) -> LeavesAt:
        """Hand in a batch of a wall under enough signatures; it waits for a fixed hour. Raises AlreadyUsed once it is public."""
        return decode(self._send("POST", "/api/members/entries", encode(entry)), LeavesAt)

    def leaving(self) -> Leaving:
        """Return the batches that wait for their hour."""
        return self._ask("GET", "/api/members/leaving", Leaving)

    def run_slot(self) -> None:
        """Let batches leave now, in a demonstration. Raises OrderWrong elsewhere."""
        self._tell("POST", "/api/members/slot", b"")

    # Posts of campaigns.

    def post_ids(self, campaign: Id, after: str = "") -> PostIds:
        """Return names of sealed posts, those that come after one."""
        return self._ask("GET", f"/api/members/campaigns/{campaign}/posts?after={after}", PostIds)

    def post(self, campaign: Id, post: Id) -> bytes:
        """Return a sealed post."""
        return self._send("GET", f"/api/members/campaigns/{campaign}/posts/{post}", b"", LARGEST_POST)

    def rulings(self, campaign: Id, after: int) -> RulingsSeen:
        """Return sealed bundles of rulings after a number."""
        return self._ask("GET", f"/api/members/campaigns/{campaign}/rulings?after={after}", RulingsSeen)

    def rule(self, campaign: Id, bundle: NewRulings) -> None:
        """Add a sealed bundle of rulings. Raises OrderWrong if another desk was quicker."""
        self._tell("POST", f"/api/members/campaigns/{campaign}/rulings", encode(bundle))

    def settled(self, campaign: Id, posts: Settled) -> None:
        """Say which posts are published or rejected."""
        self._tell("POST", f"/api/members/campaigns/{campaign}/settled", encode(posts))

    def withdrawals(self, campaign: Id) -> Withdrawals:
        """Return tokens that no batch has counted."""
        return self._ask("GET", f"/api/members/campaigns/{campaign}/withdrawals", Withdrawals)

    def hand_in(self, campaign: Id, posts: WallPosts) -> None:
        """Hand in posts of a batch that is about to be published."""
        self._tell("POST", f"/api/members/campaigns/{campaign}/wall", encode(posts))

    def wall_page(self, wall: Id, version: int, first: int) -> WallPage:
        """Return posts of a batch from one of them on, in its order, without pictures."""
        return self._ask("GET", f"/api/walls/{wall}/{version}?from={first}", WallPage)

    def wall_picture(self, picture: Hash) -> bytes:
        """Return a public picture of a post. Raises ContentChanged if it is another one, NotHere once it is gone."""
        content = self._send("GET", f"/wall/{picture}.jpg", b"", LARGEST_POST)
        if hash_of(content) != picture:
            raise ContentChanged("a picture is not the one that was signed")
        return content

    # Parts of files.

    def put_part(self, part: Id, content: bytes) -> None:
        """Store a sealed part of 4 MiB at most."""
        self._tell("PUT", f"/api/members/parts/{part}", content)

    def part(self, part: Part) -> Iterator[bytes]:
        """Yield a stored part in pieces; its size and hash are checked before the first. Raises Tampered."""
        content = self._send("GET", f"/api/members/parts/{part.id}", b"", PART_SIZE)
        if len(content) != part.size or hash_of(content) != part.sha256:
            raise Tampered("a part of a file")
        view = memoryview(content)
        for start in range(0, len(content), PIECE):
            yield bytes(view[start : start + PIECE])

    def _ask(self, method: str, path: str, kind: type[S]) -> S:
        return decode(self._send(method, path, b""), kind)

    def _tell(self, method: str, path: str, body: bytes) -> None:
        self._send(method, path, body)

    def _send(self, method: str, path: str, body: bytes, limit: int = LARGEST_ANSWER) -> bytes:
        headers = {"user-agent": "ombuds", "accept-encoding": "identity", "content-type": "application/json", **self._claim(method, path, body)}
        with (
            _spoken(),
            self._client.stream(method, self.address + path, content=body or None, headers=headers, follow_redirects=False) as answer,
        ):
            content = bytearray()
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > limit:
                    raise RemoteRefused("its answer is too large")
        if not answer.is_success:
            raise refusal(answer.status_code, bytes(content))
        return bytes(content)

    def _claim(self, method: str, path: str, body: bytes) -> dict[str, str]:
        if not path.startswith("/api/members/"):
            return {}
        if self._signer is None:
            raise RequestRefused("no member signs here yet")
        who = self._signer
        claim = sign_request(who.instance_id, who.member, who.key, (method, path, body), who.clock())
        return {REQUEST_HEADER: b64encode(claim).decode()}


@contextmanager
def _spoken() -> Iterator[None]:
    """Say a connection's troubles in our own words."""
    try:
        yield
    except BadAnswer:
        raise RemoteSilent from None
