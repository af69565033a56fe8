# SPDX-License-Identifier: AGPL-3.0-or-later
"""Consent is for exact bytes, from the source's key, for one question and one inbox (T19)."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import msgspec
import pytest

from ombuds.core.consent import CONSENT_TYPE, Answer, Item, Question, allowed, answer, ask, check_consent, items_of
from ombuds.core.content import Content, Said, Text
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, read, sign
from ombuds.core.errors import BadSignature, Malformed, NoConsent, OmbudsError
from tests.core import builders as b
from tests.core.pictures import full, picture_of, pictured, png
from tests.rules.tree import ROOT

DESK = b.desk_of()
SOURCE = b.source_of(DESK)
MAILBOX, KEY = SOURCE.mailbox_hash, SOURCE.consent.public.text
STORY = b.story()
QUESTION = ask(DESK.charter.instance_id, STORY)
AGREED = answer(QUESTION, MAILBOX, "agree", (), SOURCE.consent)
CASES = json.loads((ROOT / "vectors" / "consent" / "answers.json").read_text())["cases"]
ITEMS = items_of(STORY)
SUBSETS = [some for size in range(4) for some in combinations(ITEMS, size)]
replaced = msgspec.structs.replace


def _check(given: Envelope, content: Content = STORY, question: Question = QUESTION) -> Content:
    return check_consent(question, given, MAILBOX, KEY, content).content


def _said(**parts: object) -> Envelope:
    return sign(CONSENT_TYPE, encode(replaced(msgspec.json.decode(AGREED.payload, type=Answer), **parts)), SOURCE.consent)


def test_agreement_is_to_the_asked_text() -> None:
    """A source that agrees to everything agrees to the asked content."""
    assert _check(AGREED) == STORY


@pytest.mark.parametrize("without", SUBSETS)
def test_items_may_be_refused_one_by_one(without: tuple[Item, ...]) -> None:
    """With some items refused, the content without them is agreed."""
    assert _check(answer(QUESTION, MAILBOX, "agree", without, SOURCE.consent), allowed(STORY, without)) == allowed(STORY, without)


@pytest.mark.parametrize(("without", "published"), [(a, c) for a in SUBSETS for c in SUBSETS if a != c])
def test_no_more_and_no_less_is_agreed(without: tuple[Item, ...], published: tuple[Item, ...]) -> None:
    """A content with another choice of items than the source's is refused."""
    with pytest.raises(NoConsent):
        _check(answer(QUESTION, MAILBOX, "agree", without, SOURCE.consent), allowed(STORY, published))


OTHER = {
    "another letter": replaced(STORY, texts=(Text("en", "Leave was sold", "In short.", "At length,"),)),
    "another language": replaced(STORY, texts=(Text("ru", "Leave was sold", "In short.", "At length."),)),
    "a second language": replaced(STORY, texts=(*STORY.texts, Text("ru", "a", "b", "c"))),
    "another source": replaced(STORY, sources=()),
    "another status": replaced(STORY, status="fixed"),
    "a correction": replaced(STORY, correction=(Said("en", "x"),)),
    "a picture": pictured(STORY),
    "a claim": replaced(STORY, claims=full(STORY).claims),
    "an update": replaced(STORY, kind="update"),
}


@pytest.mark.parametrize("content", OTHER.values(), ids=OTHER.keys())
def test_consent_is_for_exact_bytes(content: Content) -> None:
    """Consent to one text is none to a text that differs anywhere."""
    with pytest.raises(NoConsent):
        _check(AGREED, content)


@pytest.mark.parametrize("choice", ["refuse", "revoke"])
def test_a_refusal_is_no_consent(choice: str) -> None:
    """A refusal and a revocation are not an agreement."""
    with pytest.raises(NoConsent):
        _check(answer(QUESTION, MAILBOX, choice, (), SOURCE.consent))  # type: ignore[arg-type]


def test_only_the_source_agrees() -> None:
    """An answer that another key signed is refused."""
    with pytest.raises(NoConsent):
        _check(answer(QUESTION, MAILBOX, "agree", (), b.key_of("anna")))


def test_a_forged_signature_is_refused() -> None:
    """An answer under the source's key id with another's signature is refused."""
    forged = replaced(AGREED, signatures=(replaced(AGREED.signatures[0], sig=bytes(64)),))
    with pytest.raises(BadSignature):
        _check(forged)


MOVED = [{"instance_id": "1" * 64}, {"mailbox": "1" * 64}, {"question": "1" * 64}]


@pytest.mark.parametrize("parts", MOVED)
def test_an_answer_is_for_one_question_of_one_inbox(parts: dict[str, str]) -> None:
    """The source's answer at another desk, from another inbox or to another question is refused."""
    with pytest.raises(NoConsent):
        _check(_said(**parts))


def test_the_same_text_asked_again_needs_a_new_answer() -> None:
    """An answer to an earlier question about the same text is refused."""
    with pytest.raises(NoConsent):
        _check(AGREED, STORY, ask(DESK.charter.instance_id, STORY))


def test_an_item_that_was_not_asked_is_not_answered() -> None:
    """An answer about an item that the question does not list is refused."""
    bare = ask(DESK.charter.instance_id, replaced(STORY, rank=""))
    with pytest.raises(NoConsent):
        _check(answer(bare, MAILBOX, "agree", ("rank",), SOURCE.consent), replaced(STORY, rank=""), bare)


def test_a_changed_answer_is_refused() -> None:
    """A refusal turned into an agreement does not fit its signature."""
    refused = answer(QUESTION, MAILBOX, "refuse", (), SOURCE.consent)
    with pytest.raises(BadSignature):
        _check(replaced(refused, payload=refused.payload.replace(b'"refuse"', b'"agree"')))


@pytest.mark.parametrize("kind", ["application/vnd.ombuds.proposal+json", ""])
def test_another_kind_of_statement_is_no_answer(kind: str) -> None:
    """A statement of another type is refused."""
    with pytest.raises(Malformed):
        _check(b.retyped(AGREED, kind))


def test_two_commitments_to_one_consent_differ() -> None:
    """The public commitment of the same answer differs each time, so that nobody confirms a guess."""
    again = answer(QUESTION, MAILBOX, "agree", (), SOURCE.consent)
    assert check_consent(QUESTION, again, MAILBOX, KEY, STORY).commitment != check_consent(QUESTION, AGREED, MAILBOX, KEY, STORY).commitment


def test_only_filled_items_are_asked() -> None:
    """A question lists the items that the content has."""
    assert (QUESTION.items, ask(DESK.charter.instance_id, replaced(STORY, region="", tags=())).items) == (ITEMS, ("rank",))


FULL = full(STORY)
PARTS = ("quote-1", "claim-1", "claim-2", "picture-1")


def test_each_quotation_claim_and_picture_is_asked_alone() -> None:
    """A question lists every quotation, claim and picture by its number, before the fields."""
    assert ask(DESK.charter.instance_id, FULL).items == (*PARTS, *ITEMS)


@pytest.mark.parametrize("item", PARTS)
def test_one_part_is_left_out_and_no_other(item: Item) -> None:
    """Without one quotation, claim or picture, all others are published."""
    question = ask(DESK.charter.instance_id, FULL)
    agreed = _check(answer(question, MAILBOX, "agree", (item,), SOURCE.consent), allowed(FULL, (item,)), question)
    assert len(agreed.quotes + agreed.claims + agreed.pictures) == len(PARTS) - 1


def test_consent_to_one_picture_is_none_to_another() -> None:
    """A picture that was exchanged after the source agreed is not the one that was asked."""
    question = ask(DESK.charter.instance_id, FULL)
    given = answer(question, MAILBOX, "agree", (), SOURCE.consent)
    with pytest.raises(NoConsent):
        _check(given, replaced(FULL, pictures=(picture_of(png(grey=9), "en"),)), question)


@pytest.mark.parametrize("item", ["text", "quote-0", "quote", "picture-1x", "claim-100", "claim-1\n"])
def test_no_other_item_can_be_named(item: str) -> None:
    """An answer that names anything but a known kind of item is refused."""
    with pytest.raises(Malformed):
        _check(_said(without=(item,)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_published_answers_hold(case: dict[str, Any]) -> None:
    """Each published answer is a consent with its commitment, or refused as published."""
    try:
        question, content = decode(case["question"].encode(), Question), decode(case["content"].encode(), Content)
        told = check_consent(question, read(case["answer"].encode()), case["mailbox"], case["consent_key"], content).commitment
    except OmbudsError as refused:
        told = type(refused).__name__
    assert told == case.get("commitment", case.get("error"))
