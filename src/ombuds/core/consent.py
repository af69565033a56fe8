# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the source allowed: a question with the exact text, a signed answer, and the Consent that only checking makes.

Consent is for exact bytes. A source may agree without some items; then the text that may be published is the asked one
with those items left out, and nothing else. An answer counts only with the source's consent key, which the server never
keeps (T19). A later refusal or revocation ends it. See spec/consent.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import NoConsent
from ombuds.core.keys import Hash, Id, PublicKey, SigningKey, hash_of, random_bytes, random_id
from ombuds.core.publication import Content

CONSENT_TYPE = "application/vnd.ombuds.consent+json"

Item = Literal["region", "rank", "tags"]
ITEMS: tuple[Item, ...] = ("region", "rank", "tags")
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


@dataclass(frozen=True)
class Consent:
    """A source's agreement to exact content. Made by ``check_consent`` alone."""

    content: Content
    answer: Envelope
    commitment: Hash


def ask(instance_id: Hash, content: Content) -> Question:
    """Write the question for a text; each filled item may be refused alone."""
    filled = {"region": content.region, "rank": content.rank, "tags": content.tags}
    return Question(1, random_id(), instance_id, content, tuple(item for item in ITEMS if filled[item]))


def allowed(content: Content, without: tuple[Item, ...]) -> Content:
    """Return the content with the refused items left out."""
    return msgspec.structs.replace(
        content,
        region="" if "region" in without else content.region,
        rank="" if "rank" in without else content.rank,
        tags=() if "tags" in without else content.tags,
    )


def answer(question: Question, mailbox: Hash, choice: Choice, without: tuple[Item, ...], key: SigningKey) -> Envelope:
    """Sign the source's answer."""
    # A fresh salt keeps the public commitment from confirming guesses.
    items = tuple(item for item in ITEMS if item in without)
    said = Answer(1, question.instance_id, mailbox, question.hash, choice, items, random_bytes(16))
    return sign(CONSENT_TYPE, encode(said), key)


def read_answer(envelope: Envelope, question: Question, mailbox: Hash, consent_key: Hash) -> Answer:
    """Check who answered which question. Raises NoConsent, BadSignature, Malformed."""
    if not signers(envelope, CONSENT_TYPE, {"source": PublicKey.parse(consent_key)}):
        raise NoConsent("not signed by the source")
    said = decode_canonical(envelope.payload, Answer)
    if (said.instance_id, said.mailbox, said.question) != (question.instance_id, mailbox, question.hash):
        raise NoConsent("an answer to another question")
    if not set(said.without) <= set(question.items):
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
