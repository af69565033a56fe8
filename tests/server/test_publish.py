# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a proposal to a public entry: only what enough members signed, exactly, once, and not over a member's stop."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.charter import sign_charter
from ombuds.core.custody import approve, object_to
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, joined, sign
from ombuds.core.keys import SigningKey
from ombuds.core.publication import Salted
from ombuds.core.wire import Appended, Approval, NewEntry, NewProposal, Proposals, Refusal
from ombuds.server.store import ledger
from tests.server.acts import Draftpiece, Hand, drafted, failing, hands, lay, publish, record_of, said, signed, takedown
from tests.server.institution import Institution


def refusal(answer: object) -> tuple[int, str]:
    """The status and the class of a refusal."""
    return answer.status_code, decode(answer.content, Refusal).error  # type: ignore[attr-defined]


def contents(here: Institution, draft: Draftpiece) -> Salted | None:
    """What the store keeps of a draft's first version."""
    with here.parts.store.read() as connection:
        return ledger.content(connection, draft.proposal.subject, 1)


def test_two_members_publish(here: Institution) -> None:
    """Two of three members publish, and the answer says where the entry stands."""
    answer = publish(here, drafted(here, said()))
    assert decode(answer.content, Appended).index == record_of(here).size - 1


def test_the_same_entry_twice_is_one_entry(here: Institution) -> None:
    """A desk that sends an entry again, because the first answer was lost, gets the same answer."""
    draft = drafted(here, said())
    first = publish(here, draft)
    anna, boris, _ = hands(here)
    again = anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))
    assert (again.content, record_of(here).size) == (first.content, 3)


def test_one_member_does_not_publish(here: Institution) -> None:
    """One member's signature publishes nothing."""
    draft, anna = drafted(here, said()), hands(here)[0]
    lay(draft.proposal, anna)
    answer = anna.post("entries", NewEntry(signed(draft.proposal, anna), draft.files))
    assert (refusal(answer), record_of(here).size) == ((409, "NotEnough"), 2)


def test_one_key_under_two_names_is_one(here: Institution) -> None:
    """A signature that is repeated under another key's id does not count twice."""
    draft, anna = drafted(here, said()), hands(here)[0]
    lay(draft.proposal, anna)
    once = signed(draft.proposal, anna)
    other = msgspec.structs.replace(once.signatures[0], keyid="ab" * 32)
    answer = anna.post("entries", NewEntry(Envelope(once.payloadType, once.payload, (*once.signatures, other)), draft.files))
    assert refusal(answer) == (409, "NotEnough")


def test_a_stranger_s_signature_is_not_carried_along(here: Institution) -> None:
    """An entry with a signature that counts for nobody is refused, so that nothing foreign enters the ledger."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    more = joined([signed(draft.proposal, anna, boris), approve(draft.proposal, SigningKey.generate())])
    assert refusal(anna.post("entries", NewEntry(more, draft.files))) == (400, "Malformed")


def test_what_was_not_proposed_is_not_published(here: Institution) -> None:
    """Two members cannot pass by the table, where the third could have stopped them."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    assert refusal(anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))) == (404, "NotHere")


def test_one_member_stops_a_publication(here: Institution) -> None:
    """One member's objection is enough to stop what the two others approved."""
    draft = drafted(here, said())
    anna, boris, vera = hands(here)
    lay(draft.proposal, anna, boris)
    vera.post("objections", object_to(draft.proposal, "not yet", vera.key))
    answer = anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))
    assert (refusal(answer), record_of(here).size) == ((409, "Stopped"), 2)


def test_what_was_stopped_takes_no_approvals(here: Institution) -> None:
    """A stopped proposal is not approved any more."""
    draft = drafted(here, said())
    anna, boris, vera = hands(here)
    lay(draft.proposal, anna)
    vera.post("objections", object_to(draft.proposal, "", vera.key))
    assert refusal(boris.post("approvals", Approval(approve(draft.proposal, boris.key)))) == (409, "Stopped")


def test_nobody_objects_for_another(here: Institution) -> None:
    """A member cannot hand in an objection that another one signed."""
    draft = drafted(here, said())
    anna, boris, vera = hands(here)
    lay(draft.proposal, anna)
    assert refusal(boris.post("objections", object_to(draft.proposal, "", vera.key))) == (403, "NotAMember")


def test_nobody_approves_for_another(here: Institution) -> None:
    """A member cannot hand in an approval that another one signed."""
    draft = drafted(here, said())
    anna, boris, vera = hands(here)
    lay(draft.proposal, anna)
    assert refusal(boris.post("approvals", Approval(approve(draft.proposal, vera.key)))) == (403, "NotAMember")


def test_an_approval_does_not_move(here: Institution) -> None:
    """Approvals of one text do not publish another."""
    one, other = drafted(here, said("One")), drafted(here, said("Other"))
    anna, boris, _ = hands(here)
    lay(one.proposal, anna, boris)
    lay(other.proposal, anna)
    given = signed(one.proposal, anna, boris)
    mixed = Envelope(given.payloadType, encode(other.proposal), given.signatures)
    assert refusal(anna.post("entries", NewEntry(mixed, other.files))) == (400, "BadSignature")


@pytest.mark.parametrize("change", [{"content": b"{}"}, {"salt": bytes(32)}, {"path": "x"}])
def test_a_changed_file_is_refused(here: Institution, change: dict[str, bytes]) -> None:
    """A file that differs in a byte, its salt or its name from what was signed is refused and nothing is kept of it."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    wrong = msgspec.structs.replace(draft.files[0], **change)
    answer = anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), (wrong,)))
    assert (refusal(answer), contents(here, draft)) == ((400, "ContentChanged"), None)


def test_an_old_day_is_refused(here: Institution) -> None:
    """An entry whose day is not today's is refused, so that nobody dates a page back."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    here.calendar.pass_days(2)
    assert refusal(anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))) == (400, "EntryRefused")


def test_an_expired_proposal_is_refused(here: Institution) -> None:
    """Approvals end with the day that the proposal names."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    here.calendar.pass_days(8)
    assert refusal(anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))) == (410, "Expired")


def test_an_expired_charter_publishes_nothing(here: Institution) -> None:
    """After the charter's time nothing new is proposed."""
    here.calendar.pass_days(91)
    draft, anna = drafted(here, said()), hands(here)[0]
    answer = anna.post("proposals", NewProposal(Approval(approve(draft.proposal, anna.key)), b""))
    assert refusal(answer) == (410, "Expired")


def test_an_approval_is_used_once(here: Institution) -> None:
    """A proposal that was carried out takes no further approvals."""
    draft = drafted(here, said())
    publish(here, draft)
    vera = hands(here)[2]
    assert refusal(vera.post("approvals", Approval(approve(draft.proposal, vera.key)))) == (409, "AlreadyUsed")


def test_a_second_version_follows_the_first(here: Institution) -> None:
    """Two corrections that were both written after the first version cannot both be published."""
    first = drafted(here, said())
    publish(here, first)
    place = record_of(here).place(first.proposal.subject)
    one, other = (drafted(here, said(f"Mended {n}", correction="A name was wrong."), place) for n in (1, 2))
    publish(here, one)
    assert refusal(publish(here, other)) == (400, "EntryRefused")


def test_a_forged_entry_is_refused(here: Institution) -> None:
    """An entry under keys that are nobody's is refused."""
    draft, anna = drafted(here, said()), hands(here)[0]
    lay(draft.proposal, anna)
    forged = joined(approve(draft.proposal, SigningKey.generate()) for _ in range(2))
    assert refusal(anna.post("entries", NewEntry(forged, draft.files))) == (409, "NotEnough")


def test_another_kind_of_statement_is_no_entry(here: Institution) -> None:
    """A statement of an unknown type does not enter the ledger."""
    anna = hands(here)[0]
    assert refusal(anna.post("entries", NewEntry(sign("text/plain", b"x", anna.key), ()))) == (409, "NotThisApproval")


def test_a_takedown_destroys_the_text_and_its_salt(here: Institution) -> None:
    """After a takedown neither the text nor the salt is kept, and the entry stays."""
    draft = drafted(here, said())
    publish(here, draft)
    before = here.client().get(f"/api/content/{draft.proposal.subject}/1").status_code
    publish(here, takedown(here, draft.proposal.subject))
    after = here.client().get(f"/api/content/{draft.proposal.subject}/1").status_code
    assert (before, after, contents(here, draft), record_of(here).size) == (200, 410, None, 4)


def test_a_crash_leaves_nothing_half_done(here: Institution) -> None:
    """If the last write of a publication fails, neither the entry nor the text is there."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    with failing(here, "UPDATE ON proposals"):
        answer = anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))
    assert (answer.status_code, record_of(here).size, contents(here, draft)) == (503, 2, None)


def test_after_a_crash_the_same_entry_is_taken(here: Institution) -> None:
    """An entry that was interrupted is published when it is sent again."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    with failing(here, "UPDATE ON proposals"):
        anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))
    assert anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files)).status_code == 200


def test_a_checkpoint_never_speaks_of_what_was_taken_back(here: Institution) -> None:
    """While a publication fails, the signed checkpoint stays at what is on the disk."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    before = here.client().get("/ledger/checkpoint").content
    with failing(here, "UPDATE ON proposals"):
        anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))
    assert here.client().get("/ledger/checkpoint").content == before


def test_members_see_what_lies_on_the_table(here: Institution) -> None:
    """Every member sees a proposal with all approvals and objections."""
    draft = drafted(here, said())
    anna, boris, vera = hands(here)
    lay(draft.proposal, anna, boris)
    vera.post("objections", object_to(draft.proposal, "wait", vera.key))
    (seen,) = vera.get("proposals", Proposals).proposals
    assert (seen.hash, len(seen.envelope.signatures), len(seen.objections), seen.done) == (draft.proposal.hash, 2, 1, False)


def test_the_next_charter_needs_its_number(here: Institution) -> None:
    """One member cannot hand in a new charter."""
    charter, anna = record_of(here).charter, hands(here)[0]
    following = msgspec.structs.replace(charter.charter, version=2, prev=charter.hash, name="Mine")
    assert refusal(anna.post("entries", NewEntry(sign_charter(following, anna.key), ()))) == (400, "CharterRefused")


def test_a_new_charter_voids_the_table(here: Institution) -> None:
    """When enough members change the charter, what was proposed under the old one is void."""
    charter = record_of(here).charter
    anna, boris, _ = hands(here)
    lay(drafted(here, said()).proposal, anna)
    following = msgspec.structs.replace(charter.charter, version=2, prev=charter.hash, expires=here.calendar.day + timedelta(days=80))
    answer = anna.post("entries", NewEntry(sign_charter(following, anna.key, boris.key), ()))
    assert (answer.status_code, Hand(here, "anna").get("proposals", Proposals).proposals) == (200, ())
