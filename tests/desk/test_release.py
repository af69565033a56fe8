# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a draft to the public record: who must agree, what each desk checks, and what stops a publication."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.age import Recipient, seal
from ombuds.core.custody import approve as sign
from ombuds.core.encoding import encode
from ombuds.core.errors import AlreadyUsed, ContentChanged, EntryRefused, Expired, NoConsent, OrderWrong
from ombuds.core.keys import Hash, Id
from ombuds.core.publication import Basis, Content, PublicSource, describe, new_place, propose_entry, salted
from ombuds.core.sealing import padded
from ombuds.core.wire import Approval, NewProposal
from ombuds.desk.casework.talk import ask_consent
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve, approve_many, asked, refuse, waiting
from ombuds.desk.release.draft import discard, drafts, save_draft
from ombuds.desk.release.prepare import Aim, Enclosure, propose_story, propose_takedown, propose_update
from ombuds.desk.release.send import send_ready
from tests.desk.desks import Source, World, opened, story, update

SOURCES = (PublicSource("A ruling", "https://court.example/1"),)


def agreed(world: World, source: Source, content: Content, team: tuple[str, ...] = ()) -> Id:
    """Return a case whose source agreed to a text."""
    case = opened(world, source, team=team)
    ask_consent(world["anna"], case, content)
    world.release()
    source.answers("agree")
    world.sync()
    return case


def _published(world: World, proposal: Hash) -> Id:
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    return world["boris"].record.lines[-1].subject


def _smuggled(world: World, shown: Content, signed: Content) -> Hash:
    """Propose one text and show the members another."""
    desk, place = world["anna"], new_place()
    file = salted(place, signed)
    rule = desk.rule("publish")
    said = describe(place, signed, (file,), Basis("desk"), desk.today)
    proposal = propose_entry(rule, place, (file,), said, desk.today + timedelta(days=1))
    enclosure = Enclosure(1, "", "", "", (msgspec.structs.replace(file, content=encode(shown)),), None, None)
    everybody = [Recipient.parse(member.recipient) for member in desk.charter.charter.members]
    desk.remote.propose(NewProposal(Approval(sign(proposal, desk.key)), seal(padded(encode(enclosure)), everybody)))
    return proposal.hash


def test_a_story_becomes_public_with_consent_and_two_members(world: World) -> None:
    """A story that its source agreed to and two members signed stands in everybody's record."""
    case = agreed(world, world.source(), story())
    _published(world, propose_story(world["anna"], case, story(), "consent"))
    assert [world[name].record.lines[-1].kind for name in ("anna", "boris", "vera")] == ["story"] * 3


def test_what_became_public_stands_in_the_case(world: World) -> None:
    """The case of a published story says so on every desk of its team."""
    case = agreed(world, world.source(), story())
    subject = _published(world, propose_story(world["anna"], case, story(), "consent"))
    world.sync()
    assert [(one.subject, one.version) for one in read_case(world["vera"], case).published] == [(subject, 1)]


def test_another_text_than_the_agreed_one_is_not_proposed(world: World) -> None:
    """A text that differs from the agreed one by a word cannot be proposed on the source's consent."""
    case = agreed(world, world.source(), story())
    with pytest.raises(NoConsent):
        propose_story(world["anna"], case, story("Forty-one hours without sleep"), "consent")


def test_a_text_without_the_refused_item_is_proposed(world: World) -> None:
    """When the source agrees without the region, the text without it is what can be published."""
    source = world.source()
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    source.answers("agree", ("region",))
    world.sync()
    _published(world, propose_story(world["anna"], case, story(region=""), "consent"))
    assert world["vera"].record.lines[-1].kind == "story"


def test_one_member_publishes_nothing(world: World) -> None:
    """A proposal that only its maker signed is not sent."""
    propose_update(world["anna"], update())
    assert world.sync("anna")["anna"].published == 0


def test_an_update_needs_no_case(world: World) -> None:
    """An update that two members signed is public at the next look."""
    _published(world, propose_update(world["anna"], update()))
    assert world["vera"].record.lines[-1].kind == "update"


def test_a_story_without_consent_or_sources_is_refused(world: World) -> None:
    """A story on the desk's own word is not even proposed."""
    with pytest.raises(NoConsent):
        propose_story(world["anna"], None, story(), "desk")


def test_a_story_may_rest_on_public_sources(world: World) -> None:
    """A story that names public sources is published without a case."""
    _published(world, propose_story(world["anna"], None, story(sources=SOURCES), "sources"))
    assert world["vera"].record.lines[-1].kind == "story"


def test_one_member_stops_a_publication(world: World) -> None:
    """One refusal stops an update that enough members signed."""
    proposal = propose_update(world["anna"], update())
    world.sync("boris", "vera")
    approve(world["boris"], proposal)
    refuse(world["vera"], proposal, "not yet")
    assert world.sync("boris")["boris"].published == 0


def test_a_revocation_stops_a_publication_until_it_is_out(world: World) -> None:
    """When the source takes the consent back before the entry is out, nothing is published."""
    source = world.source()
    case = agreed(world, source, story())
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    approve(world["boris"], proposal)
    source.answers("revoke")
    world.sync()
    assert world["anna"].record.lines[-1].kind == "freshness"


def test_a_revocation_stops_what_was_signed(world: World) -> None:
    """A publication whose source takes the consent back is stopped by the desk that learns of it, for everybody."""
    source = world.source()
    case = agreed(world, source, story())
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    approve(world["boris"], proposal)
    source.answers("revoke")
    world.sync("anna")
    (seen,) = (each for each in world["vera"].remote.proposals().proposals if each.hash == proposal)
    assert len(seen.objections) == 1


def test_an_approver_on_the_team_checks_consent_in_the_own_case(world: World) -> None:
    """On the team, an approver's desk checks the consent against its own copy of the case."""
    case = agreed(world, world.source(), story())
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    publication = asked(world["boris"], proposal).publication
    assert publication is not None and publication.checked == "own"


def test_an_approver_outside_the_team_is_told_so(world: World) -> None:
    """Outside the team, an approver sees that the consent is as the team tells it."""
    case = agreed(world, world.source(), story(), team=("anna", "boris"))
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("vera")
    publication = asked(world["vera"], proposal).publication
    assert publication is not None and publication.checked == "told"


def test_a_desk_outside_the_team_does_not_send(world: World) -> None:
    """A desk that cannot know of a revocation leaves a story of a case to its team."""
    case = agreed(world, world.source(), story(), team=("anna", "boris"))
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("vera")
    approve(world["vera"], proposal)
    assert world.sync("vera")["vera"].published == 0


def test_a_text_that_is_not_the_signed_one_is_refused(world: World) -> None:
    """A desk does not sign a proposal whose shown text is not the one that it commits to."""
    proposal = _smuggled(world, update("Harmless"), update("Harmful"))
    world.sync("boris")
    with pytest.raises(ContentChanged):
        approve(world["boris"], proposal)


def test_why_a_desk_would_not_sign_is_shown(world: World) -> None:
    """The list of what is asked says why this desk would not sign something."""
    _smuggled(world, update("Harmless"), update("Harmful"))
    world.sync("boris")
    assert [type(one.trouble) for one in waiting(world["boris"])] == [ContentChanged]


def test_a_proposal_of_another_day_is_refused(world: World) -> None:
    """A publication that was written days ago is not signed any more."""
    proposal = propose_update(world["anna"], update())
    world.sync("boris")
    world.calendar.pass_days(2)
    with pytest.raises(Expired):
        approve(world["boris"], proposal)


def test_a_proposal_that_no_longer_follows_is_refused(world: World) -> None:
    """When another version came first, a desk does not sign the older proposal."""
    subject = _published(world, propose_update(world["anna"], update()))
    late = propose_update(world["anna"], update("second"), "desk", Aim(subject))
    quick = propose_update(world["vera"], update("other"), "desk", Aim(subject))
    world.sync("boris")
    approve(world["boris"], quick)
    world.sync("vera", "boris")
    with pytest.raises((EntryRefused, AlreadyUsed)):
        approve(world["boris"], late)


def test_a_member_answers_once(world: World) -> None:
    """A member who signed a publication does not sign it again."""
    proposal = propose_update(world["anna"], update())
    with pytest.raises(OrderWrong):
        approve(world["anna"], proposal)


def test_several_are_approved_at_once(world: World) -> None:
    """What can be signed is signed, and what cannot is named."""
    good, bad = propose_update(world["anna"], update()), _smuggled(world, update("Harmless"), update("Harmful"))
    world.sync("boris")
    refused = approve_many(world["boris"], [good, bad])
    assert [name for name, _ in refused] == [bad]


def test_a_correction_follows_its_story(world: World) -> None:
    """A later text of the same subject is the second version and a correction."""
    subject = _published(world, propose_update(world["anna"], update()))
    _published(world, propose_update(world["anna"], update("Mended"), "desk", Aim(subject)))
    last = world["vera"].record.lines[-1]
    assert (last.kind, last.version, last.subject) == ("correction", 2, subject)


def test_a_takedown_leaves_its_place(world: World) -> None:
    """A takedown that two members signed ends its subject with a reason."""
    subject = _published(world, propose_update(world["anna"], update()))
    _published(world, propose_takedown(world["anna"], subject, "safety"))
    last = world["vera"].record.lines[-1]
    assert (last.kind, last.subject) == ("takedown", subject)


def test_nothing_follows_a_takedown(world: World) -> None:
    """After a takedown no version of the subject is proposed."""
    subject = _published(world, propose_update(world["anna"], update()))
    _published(world, propose_takedown(world["anna"], subject, "safety"))
    with pytest.raises(EntryRefused):
        propose_update(world["anna"], update(), "desk", Aim(subject))


def test_two_desks_publish_once(world: World) -> None:
    """When two desks send the same approved update, it stands in the record once."""
    proposal = propose_update(world["anna"], update())
    world.sync()
    approve(world["boris"], proposal)
    world["anna"].vault.keep_proposal(world["boris"].vault.proposal(proposal).seen, world.calendar())
    send_ready(world["anna"])
    send_ready(world["boris"])
    world.sync()
    assert [line.kind for line in world["vera"].record.lines].count("update") == 1


def test_a_draft_is_kept_and_found(world: World) -> None:
    """A draft is there again, in place of its earlier text."""
    kept = save_draft(world["anna"], update("first"))
    save_draft(world["anna"], update("second"), draft=kept.id)
    assert [draft.content.texts[0].title for draft in drafts(world["anna"])] == ["second"]


def test_a_discarded_draft_is_gone(world: World) -> None:
    """A draft that was discarded is not in the list."""
    discard(world["anna"], save_draft(world["anna"], update()).id)
    assert drafts(world["anna"]) == []
