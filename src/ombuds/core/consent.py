# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the source allowed: a question with the exact text, a signed answer, and the Consent that only checking makes.

Consent is for exact bytes, those of the pictures among them, which the text names by hash. A source may agree without some
items, one quotation or one picture for example; then what may be published is what was asked with those left out, and
nothing else. An answer counts only with the source's consent key, which the server never keeps (T19). A later refusal or
revocation ends it. See spec/consent.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeVar

import msgspec

from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import NoConsent
from ombuds.core.keys import Hash, Id, PublicKey, SigningKey, hash_of, random_bytes, random_id
from ombuds.core.publication import Content

CONSENT_TYPE = "application/vnd.ombuds.consent+json"

T = TypeVar("T")
Item = Annotated[str, msgspec.Meta(pattern=r"^(region|rank|tags|(quote|claim|picture)-[1-9][0-9]?)\Z")]
"""A part that may be left out alone: a field, or one quotation, claim or picture, counted from 1."""
Choice = Literal["agree", "refuse", "revoke"]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The desk asks: may exactly this become public? ``items`` are the parts that may be left out one by one."""

    v: Literal[1]
    id: Id
    instance_id: Hash
    content: Content
    items: tuple[Item, ...]

    @property
    def hash(self) -> Hash:
        """The SHA-256 of the question's bytes."""
        return hash_of(encode(self))


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The source's answer to one question, signed with the consent key."""

    v: Literal[1]
    instance_id: Hash
    mailbox: Hash
    question: Hash
    choice: Choice
    without: tuple[Item, ...]
    salt: bytes


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the desk tells a source about one question: on a day it had this answer, or what was agreed to became public.

    The source's own messages are not readable again (T08), so an inbox knows of an answer by this alone. It proves nothing to
    others: it has no signature of the source, and not the salt of its answer.
    """

    question: Hash
    what: Choice | Literal["published"]
    without: tuple[Item, ...]
    day: date


@dataclass(frozen=True)
class Consent:
    """A source's agreement to exact content. Made by ``check_consent`` alone."""

    content: Content
    answer: Envelope
    commitment: Hash


def ask(instance_id: Hash, content: Content) -> Question:
    """Write the question for a text; each filled item may be refused alone."""
    return Question(1, random_id(), instance_id, content, items_of(content))


def items_of(content: Content) -> tuple[Item, ...]:
    """Return the items of a content that may be left out, in the order in which they are asked."""
    many = (("quote", content.quotes), ("claim", content.claims), ("picture", content.pictures))
    numbered = tuple(f"{kind}-{number}" for kind, parts in many for number, _ in enumerate(parts, start=1))
    filled = {"region": content.region, "rank": content.rank, "tags": content.tags}
    return (*numbered, *(item for item, value in filled.items() if value))


def allowed(content: Content, without: tuple[Item, ...]) -> Content:
    """Return the content with the refused items left out."""
    return msgspec.structs.replace(
        content,
        region="" if "region" in without else content.region,
        rank="" if "rank" in without else content.rank,
        tags=() if "tags" in without else content.tags,
        quotes=_left("quote", content.quotes, without),
        claims=_left("claim", content.claims, without),
        pictures=_left("picture", content.pictures, without),
    )


def _left(kind: str, parts: Iterable[T], without: tuple[Item, ...]) -> tuple[T, ...]:
    return tuple(part for number, part in enumerate(parts, start=1) if f"{kind}-{number}" not in without)


def answer(question: Question, mailbox: Hash, choice: Choice, without: tuple[Item, ...], key: SigningKey) -> Envelope:
    """Sign the source's answer."""
    # A fresh salt keeps the public commitment from confirming guesses.
    # In the question's order, so that there is one way to write an answer; a stranger among them is refused by who checks.
    items = tuple(sorted(dict.fromkeys(without), key=(*question.items, *without).index))
    said = Answer(1, question.instance_id, mailbox, question.hash, choice, items, random_bytes(16))
    return sign(CONSENT_TYPE, encode(said), key)


def read_answer(envelope: Envelope, question: Question, mailbox: Hash, consent_key: Hash) -> Answer:
    """Check who answered which question. Raises NoConsent, BadSignature, Malformed."""
    if not signers(envelope, CONSENT_TYPE, {"source": PublicKey.parse(consent_key)}):
        raise NoConsent("not signed by the source")
    said = decode_canonical(envelope.payload, Answer)
    if (said.instance_id, said.mailbox, said.question) != (question.instance_id, mailbox, question.hash):
        raise NoConsent("an answer to another question")
    if said.without != tuple(item for item in question.items if item in said.without):
        raise NoConsent("an answer about an item that was not asked")
    return said


def check_consent(question: Question, given: Envelope, mailbox: Hash, consent_key: Hash, content: Content) -> Consent:
    """Return the consent to publish exactly this content. Raises NoConsent, BadSignature, Malformed."""
    said = read_answer(given, question, mailbox, consent_key)
    if said.choice != "agree":
        raise NoConsent("the source refused, or took the consent back")
    if encode(allowed(question.content, said.without)) != encode(content):
        raise NoConsent("the text is not the one that was asked")
    return Consent(content, given, given.hash)
