# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing: nothing without a quorum, no story without consent or sources, and no content but the signed one (T18)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.consent import Consent, answer, ask, check_consent
from ombuds.core.content import Content, Said, Text, read_content
from ombuds.core.custody import propose
from ombuds.core.encoding import encode
from ombuds.core.envelope import read
from ombuds.core.errors import ContentChanged, EntryRefused, Malformed, NoConsent
from ombuds.core.publication import (
    Basis,
    EntryFile,
    EntryParameters,
    Place,
    Salted,
    check_entry,
    describe,
    new_place,
    propose_entry,
    publish,
    read_parameters,
    salted,
)
from tests.core import builders as b

DESK = b.desk_of()
SOURCE = b.source_of(DESK)
RULE = DESK.charter.rule("publish", b.TODAY)
PLACE = new_place()
STORY = b.story()
FILE = salted(PLACE, STORY)
SAID = describe(PLACE, STORY, (FILE,), b.SOURCES, b.TODAY)
replaced = msgspec.structs.replace


def _consent(content: Content = STORY) -> Consent:
    question = ask(DESK.charter.instance_id, content)
    given = answer(question, SOURCE.mailbox_hash, "agree", (), SOURCE.consent)
    return check_consent(question, given, SOURCE.mailbox_hash, SOURCE.consent.public.text, content)


def _publish(said: EntryParameters = SAID, file: Salted = FILE, consent: Consent | None = None) -> bytes:
    proposal = propose(RULE, PLACE.subject, PLACE.prev, said, b.TODAY)
    return publish(b.quorum_of(DESK, proposal, "anna", "boris"), (file,), consent).leaf


def test_a_text_on_public_sources_needs_no_consent() -> None:
    """A story that names its public sources is published by a quorum."""
    assert FILE.commitment.encode() in read(_publish()).payload


def test_a_story_rests_on_the_sources_consent() -> None:
    """A story of a case is published with the consent to exactly its content."""
    consent = _consent()
    assert _publish(replaced(SAID, basis=Basis("consent", consent.commitment)), FILE, consent)


@pytest.mark.parametrize("content", [b.story("Another title"), replaced(STORY, rank=""), replaced(STORY, status="fixed", since=b.TODAY)])
def test_consent_to_one_text_publishes_no_other(content: Content) -> None:
    """With the consent to one text in hand, another text is not published."""
    consent, file = _consent(), salted(PLACE, content)
    said = replaced(describe(PLACE, content, (file,), Basis("consent", consent.commitment), b.TODAY))
    with pytest.raises(NoConsent):
        _publish(said, file, consent)


def test_a_case_without_consent_is_not_published() -> None:
    """An entry that claims a consent is not made without it."""
    with pytest.raises(NoConsent):
        _publish(replaced(SAID, basis=Basis("consent", "1" * 64)))


def test_anothers_consent_is_not_this_ones() -> None:
    """A second consent to the same text does not stand for the one the members signed."""
    with pytest.raises(NoConsent):
        _publish(replaced(SAID, basis=Basis("consent", _consent().commitment)), FILE, _consent())


@pytest.mark.parametrize("basis", [Basis("sources"), Basis("desk")])
def test_a_story_rests_on_something(basis: Basis) -> None:
    """A story without public sources, or on the desk's word alone, is refused."""
    content = replaced(STORY, sources=())
    file = salted(PLACE, content)
    with pytest.raises(NoConsent):
        _publish(describe(PLACE, content, (file,), basis, b.TODAY), file)


def test_an_update_may_rest_on_the_desks_word() -> None:
    """News about the desk itself needs no source."""
    content = replaced(b.story(kind="update"), sources=())
    file = salted(PLACE, content)
    assert _publish(describe(PLACE, content, (file,), Basis("desk"), b.TODAY), file)


SWAPPED = {
    "other content": replaced(FILE, content=encode(b.story("Forged"))),
    "one byte more": replaced(FILE, content=FILE.content + b" "),
    "another salt": replaced(FILE, salt=bytes(32)),
    "a moved border": Salted(FILE.path, FILE.salt + FILE.content[:1], FILE.content[1:]),
    "another path": replaced(FILE, path="elsewhere.json"),
}


@pytest.mark.parametrize("file", SWAPPED.values(), ids=SWAPPED.keys())
def test_only_the_signed_bytes_are_published(file: Salted) -> None:
    """Content, salt or path that differ from the signed ones are refused."""
    with pytest.raises((ContentChanged, Malformed)):
        _publish(SAID, file)


SHAPELESS = {
    "no file": {"files": ()},
    "two files": {"files": (EntryFile(FILE.path, FILE.commitment),) * 2},
    "another language": {"languages": ("ru",)},
    "no language": {"languages": ()},
    "an update that is a story": {"kind": "update"},
    "a first version that corrects": {"kind": "correction"},
    "version zero": {"version": 0},
    "a second version that is a story": {"version": 2},
}


@pytest.mark.parametrize("parts", SHAPELESS.values(), ids=SHAPELESS.keys())
def test_an_entry_hangs_together(parts: dict[str, object]) -> None:
    """Files, languages, kind and version must fit each other, whoever signed."""
    with pytest.raises(EntryRefused):
        _publish(replaced(SAID, **parts))


@pytest.mark.parametrize("parts", [{"files": (EntryFile("a", "0" * 64),)}, {"reason": ""}])
def test_a_takedown_has_a_reason_and_no_files(parts: dict[str, object]) -> None:
    """A takedown with a file or without a reason is refused."""
    said = replaced(EntryParameters(1, "takedown", 2, (), (), Basis("desk"), "safety", b.TODAY), **parts)
    proposal = propose(DESK.charter.rule("takedown", b.TODAY), PLACE.subject, "", said, b.TODAY)
    with pytest.raises(EntryRefused):
        check_entry(b.quorum_of(DESK, proposal, "anna", "boris"), ())


@pytest.mark.parametrize(("action", "kind"), [("takedown", "story"), ("publish", "takedown"), ("open", "story"), ("destroy", "takedown")])
def test_an_approval_is_for_one_kind_of_act(action: str, kind: str) -> None:
    """Approvals to publish take nothing down, and none but these two make an entry."""
    rule = DESK.charter.rule(action, b.TODAY)  # type: ignore[arg-type]
    with pytest.raises(EntryRefused):
        read_parameters(propose(rule, "", "", replaced(SAID, kind=kind), b.TODAY + timedelta(days=1)))


@pytest.mark.parametrize("texts", [(), (Text("en", "a", "b", "c"), Text("en", "d", "e", "f"))])
def test_a_publication_has_one_text_a_language(texts: tuple[Text, ...]) -> None:
    """Content without a text, or with two of one language, is refused."""
    with pytest.raises(Malformed):
        read_content(encode(replaced(STORY, texts=texts)))


def test_content_has_no_field_for_an_original() -> None:
    """Published bytes with a field for a file are refused."""
    with pytest.raises(Malformed):
        read_content(encode(STORY)[:-1] + b',"files":[]}')


def test_a_salt_keeps_equal_texts_apart() -> None:
    """The same content has another commitment each time."""
    assert salted(PLACE, STORY).commitment != FILE.commitment


@pytest.mark.parametrize(
    ("status", "version", "kind"),
    [("open", 1, "story"), ("open", 2, "correction"), ("fixed", 2, "outcome"), ("refused", 2, "outcome"), ("answered", 2, "outcome"), ("fixed", 1, "story")],
)
def test_a_version_is_called_by_what_it_does(status: str, version: int, kind: str) -> None:
    """A later version is a correction, or an outcome when the matter is fixed, answered or refused."""
    assert describe(Place(PLACE.subject, version, ""), replaced(STORY, status=status), (FILE,), b.SOURCES, b.TODAY).kind == kind


def test_a_correction_after_the_outcome_is_a_correction() -> None:
    """A later version that says what was wrong is a correction, also where the matter is fixed."""
    content = replaced(STORY, status="fixed", correction=(Said("en", "It was thirty hours."),))
    said = describe(Place(PLACE.subject, 3, ""), content, (FILE,), b.SOURCES, b.TODAY)
    assert (said.kind, said.reason) == ("correction", "error")


def test_a_proposal_without_shape_is_not_written() -> None:
    """The maker is stopped before members are asked to sign."""
    with pytest.raises(EntryRefused):
        propose_entry(RULE, PLACE, (), SAID, b.TODAY)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/x", "other/1.json"])
def test_a_file_stands_at_its_own_path(path: str) -> None:
    """A file whose path is not the subject's and version's is refused, so that no mirror writes elsewhere."""
    file = replaced(FILE, path=path)
    with pytest.raises(EntryRefused):
        _publish(replaced(SAID, files=(EntryFile(path, file.commitment),)), file)


@pytest.mark.parametrize("subject", ["", "..", "A" * 32, "a" * 31, "a" * 32 + "\n"])
def test_a_subject_is_an_opaque_name(subject: str) -> None:
    """An entry about something that is not a random name is refused."""
    place = Place(subject, 1, "")
    file = salted(place, STORY)
    proposal = propose(RULE, subject, "", describe(place, STORY, (file,), b.SOURCES, b.TODAY), b.TODAY)
    with pytest.raises(EntryRefused):
        check_entry(b.quorum_of(DESK, proposal, "anna", "boris"), (file,))
