# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case is a fold over signed events: the table is the law, and a consent that was taken back stays taken back."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.attachments import Manifest
from ombuds.core.case import QUIET, TABLE, Case, Exchanged, Kind, Line, Opened, Published, State, advance, read_event, sign_event, write_event
from ombuds.core.casework import Assigned, Checked, NewClaim, NewTask, Recused, TaskDone
from ombuds.core.consent import Choice, Question, answer, ask
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import BadSignature, Malformed, NoConsent, NotAMember, OmbudsError, OrderWrong, Tampered
from ombuds.core.keys import hash_of, random_id
from ombuds.core.messages import Message, Thread, write_message
from tests.core import builders as b

DESK, REPORT = b.sealed_of()
SOURCE = b.source_of(DESK)
ORIGINAL = b.opened(DESK, REPORT, "anna", "boris").original
THREAD = Thread(DESK.charter.instance_id, SOURCE.mailbox_hash, 0, SOURCE.mac(0))
EMPTY = Manifest(b.NOBODY, ())
QUESTION = ask(DESK.charter.instance_id, b.story())
START = Opened(REPORT.manifest.hash, 0, ("anna", "boris"), ORIGINAL)
replaced = msgspec.structs.replace


def _question(question: Question = QUESTION) -> Exchanged:
    return Exchanged(replaced(write_message(THREAD, "desk", 1, "May we?"), question=question), EMPTY)


def _answer(choice: Choice, question: Question = QUESTION) -> Envelope:
    return answer(question, SOURCE.mailbox_hash, choice, (), SOURCE.consent)


def _message(number: int = 1) -> Message:
    return write_message(THREAD, "source", number, "More.")


def fold(*steps: tuple[Kind, object], case: Case | None = None) -> Case:
    folded = case or Case("c" * 32)
    for kind, body in steps:
        event = write_event(folded, "anna", kind, body, b.TODAY)
        folded = advance(folded, event, hash_of(encode(event)))
    return folded


TASK, CLAIM = NewTask("7" * 32, "Call the lawyer", None, None), NewClaim("8" * 32, "fact", "He was made to sign.", "He says so.", None)
OPENED = fold(("opened", START), ("task", TASK), ("claim", CLAIM))
AGREE, REVOKE, REFUSE = _answer("agree"), _answer("revoke"), _answer("refuse")


def _sample(kind: Kind) -> object:
    """A body that fits the kind."""
    bodies: dict[str, object] = {
        "opened": START,
        "note": Line("Seen."),
        "status": Line("Asked the ministry."),
        "sent": Exchanged(write_message(THREAD, "desk", 1, "Hello."), EMPTY),
        "received": Exchanged(_message(), EMPTY),
        "draft": b.story(),
        "asked": _question(ask(DESK.charter.instance_id, b.story())),
        "agreed": AGREE,
        "refused": REFUSE,
        "revoked": REVOKE,
        "published": Published("a" * 32, 1, "1" * 64),
        "closed": Line("Done."),
        "assigned": Assigned("boris"),
        "recused": Recused("My brother serves there.", ended=False),
        "task": replaced(TASK, id=random_id()),
        "task_done": TaskDone(TASK.id),
        "claim": replaced(CLAIM, id=random_id()),
        "checked": Checked(CLAIM.id, "cannot-tell", "The paper is cut."),
    }
    return bodies[kind]


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind != "opened"])
def test_nothing_comes_before_the_opening(kind: Kind) -> None:
    """A case begins with the event that opened it."""
    with pytest.raises((OrderWrong, Malformed)):
        fold((kind, _sample(kind)))


@pytest.mark.parametrize("state", [state for state in get_args(State) if state != "none"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_table_is_the_law(state: State, kind: Kind) -> None:
    """In every state exactly the events of the table and the quiet ones are allowed."""
    case = replaced(fold(("asked", _question()), case=OPENED), state=state)
    try:
        moved = fold((kind, _sample(kind)), case=case).state
    except OrderWrong:
        assert (state, kind) not in TABLE and kind not in QUIET
    else:
        assert moved == TABLE.get((state, kind), state)


@given(st.lists(st.sampled_from(get_args(Kind)), max_size=12))
def test_the_fold_is_the_same_for_everybody(kinds: list[Kind]) -> None:
    """Whatever events are tried, two desks that read the accepted ones agree, and the count is theirs."""
    case, taken = OPENED, list[tuple[Kind, object]]()
    for kind in kinds:
        body = _sample(kind)
        try:
            case = fold((kind, body), case=case)
        except OmbudsError:
            continue
        taken.append((kind, body))
    assert (fold(*taken, case=OPENED), case.seq) == (case, OPENED.seq + len(taken))


@pytest.mark.parametrize("parts", [{"case": "d" * 32}, {"seq": OPENED.seq}, {"seq": OPENED.seq + 2}, {"prev": ""}, {"prev": "1" * 64}])
def test_events_follow_each_other(parts: dict[str, object]) -> None:
    """An event of another case, or out of its place, is refused."""
    event = replaced(write_event(OPENED, "anna", "note", Line("x"), b.TODAY), **parts)
    with pytest.raises(Tampered):
        advance(OPENED, event, "1" * 64)


def test_an_event_is_signed_by_its_member() -> None:
    """An event that another member signed is refused."""
    event = write_event(OPENED, "anna", "note", Line("x"), b.TODAY)
    with pytest.raises(NotAMember):
        read_event(sign_event(event, b.key_of("boris")), DESK.charter)


def test_an_event_of_a_stranger_is_refused() -> None:
    """An event of somebody whom the charter does not list is refused."""
    event = write_event(OPENED, "stranger", "note", Line("x"), b.TODAY)
    with pytest.raises(NotAMember):
        read_event(sign_event(event, b.key_of("stranger")), DESK.charter)


def test_a_changed_event_is_refused() -> None:
    """An event whose text was changed does not fit its signature."""
    signed = sign_event(write_event(OPENED, "anna", "note", Line("yes"), b.TODAY), b.key_of("anna"))
    with pytest.raises(BadSignature):
        read_event(replaced(signed, payload=signed.payload.replace(b"yes", b"nay")), DESK.charter)


@pytest.mark.parametrize("body", [{"text": "x", "more": 1}, {"text": 1}, {}, [], "x"])
def test_a_body_fits_its_kind(body: Any) -> None:
    """An event with a body of another shape is refused as malformed."""
    with pytest.raises(Malformed):
        fold(("note", body), case=OPENED)


def test_agreement_gives_consent() -> None:
    """After a question and an agreement, the content may be published."""
    assert fold(("asked", _question()), ("agreed", AGREE), case=OPENED).consent_to(b.story()).content == b.story()


@pytest.mark.parametrize(("kind", "given_answer"), [("agreed", REFUSE), ("agreed", REVOKE), ("refused", AGREE), ("refused", REVOKE)])
def test_an_answer_is_logged_as_what_it_says(kind: Kind, given_answer: Envelope) -> None:
    """A refusal cannot be logged as an agreement, nor the other way round."""
    with pytest.raises(OrderWrong):
        fold(("asked", _question()), (kind, given_answer), case=OPENED)


def test_a_member_cannot_answer_for_the_source() -> None:
    """An agreement that a member signed is refused."""
    forged = answer(QUESTION, SOURCE.mailbox_hash, "agree", (), b.key_of("anna"))
    with pytest.raises(NoConsent):
        fold(("asked", _question()), ("agreed", forged), case=OPENED)


def test_a_new_question_ends_the_old_answer() -> None:
    """When the desk asks again, the consent to the earlier question does not carry over."""
    again = ask(DESK.charter.instance_id, b.story())
    with pytest.raises(NoConsent):
        fold(("asked", _question()), ("agreed", AGREE), ("asked", _question(again)), case=OPENED).consent_to(b.story())


def test_a_message_that_came_twice_stands_once() -> None:
    """A source's message that two desks logged is one line."""
    message = Exchanged(_message(), EMPTY)
    assert len(fold(("received", message), ("received", message), case=OPENED).said) == 1


def test_desk_messages_are_numbered() -> None:
    """The next number is one more than the last sent."""
    sent = Exchanged(write_message(THREAD, "desk", 1, "Hello."), EMPTY)
    assert (OPENED.next_number, fold(("sent", sent), case=OPENED).next_number) == (1, 2)


@pytest.mark.parametrize("number", [-1, 0, 2, 2**53 - 1])
def test_no_number_is_left_out(number: int) -> None:
    """A message of the desk whose number leaves others out is refused: none would be left for the next one."""
    with pytest.raises(OrderWrong):
        fold(("sent", Exchanged(write_message(THREAD, "desk", number, "Hello."), EMPTY)), case=OPENED)


def test_a_revocation_ends_consent() -> None:
    """After a revocation nothing may be published."""
    with pytest.raises(NoConsent):
        fold(("asked", _question()), ("agreed", AGREE), ("revoked", REVOKE), case=OPENED).consent_to(b.story())


@pytest.mark.parametrize("no", [("refused", REFUSE), ("revoked", REVOKE)])
def test_an_old_agreement_does_not_undo_a_later_no(no: tuple[Kind, object]) -> None:
    """A member who logs the source's earlier agreement again after a refusal or revocation is refused."""
    case = fold(("asked", _question()), ("agreed", AGREE), no, case=OPENED)
    with pytest.raises(OrderWrong):
        fold(("agreed", AGREE), case=case)


@pytest.mark.parametrize("no", [("refused", REFUSE), ("revoked", REVOKE)])
def test_an_old_question_is_not_asked_again(no: tuple[Kind, object]) -> None:
    """A member cannot revive an old agreement by logging its question once more."""
    case = fold(("asked", _question()), ("agreed", AGREE), no, case=OPENED)
    with pytest.raises(OrderWrong):
        fold(("asked", _question()), case=case)


def test_a_revocation_that_overtakes_its_agreement_holds() -> None:
    """When the server delivers the revocation first, the agreement that comes after it does not count."""
    case = fold(("asked", _question()), ("revoked", REVOKE), case=OPENED)
    with pytest.raises(OrderWrong):
        fold(("agreed", AGREE), case=case)


WORK: list[tuple[Kind, object]] = [("asked", _question()), ("agreed", AGREE), ("published", Published("a" * 32, 1, "1" * 64))]


@pytest.mark.parametrize("after", [[], [("closed", Line("Done."))], [("closed", Line("Done.")), ("received", Exchanged(_message(), EMPTY))]])
def test_a_source_may_always_take_back(after: list[tuple[Kind, object]]) -> None:
    """A revocation is logged after publication, in a closed case and in one that was reopened."""
    with pytest.raises(NoConsent):
        fold(*WORK, *after, ("revoked", REVOKE), case=OPENED).consent_to(b.story())


CLOSE = Exchanged(replaced(_message(), close=True), EMPTY)


@pytest.mark.parametrize("after", [[], [("closed", Line("Done."))], [("closed", Line("Done.")), ("received", Exchanged(_message(), EMPTY))]])
def test_a_close_by_the_source_ends_consent(after: list[tuple[Kind, object]]) -> None:
    """Once the source closed the case nothing it agreed to may be published, whatever comes after."""
    with pytest.raises(NoConsent):
        fold(*WORK[:2], ("received", CLOSE), *after, case=OPENED).consent_to(b.story())


def test_a_close_by_the_source_opens_nothing() -> None:
    """The source's wish to close a case that is closed does not open it again."""
    assert fold(("closed", Line("Done.")), ("received", CLOSE), case=OPENED).state == "closed"


def test_a_closed_case_can_be_asked_anew() -> None:
    """A member who closes a case before the source answers keeps nobody from asking once more (T05)."""
    assert fold(("closed", Line("Done.")), ("asked", _question()), case=OPENED).state == "asked"


def test_who_closed_can_be_asked_anew() -> None:
    """A source that closed the case, wrote again and agreed to a new question has agreed."""
    anew = ask(DESK.charter.instance_id, b.story())
    steps: list[tuple[Kind, object]] = [("received", CLOSE), ("closed", Line("Done.")), ("received", Exchanged(_message(), EMPTY))]
    case = fold(*WORK[:2], *steps, ("asked", _question(anew)), ("agreed", _answer("agree", anew)), case=OPENED)
    assert case.consent_to(b.story()).content == b.story()


@pytest.mark.parametrize("kind", ["sent", "asked"])
def test_the_desk_speaks_for_itself_only(kind: Kind) -> None:
    """A message of the source is not logged as sent by the desk."""
    with pytest.raises(OrderWrong):
        fold((kind, Exchanged(replaced(_message(), question=QUESTION), EMPTY)), case=OPENED)


def test_the_desk_receives_nothing_from_itself() -> None:
    """A message of the desk is not logged as received from the source."""
    with pytest.raises(OrderWrong):
        fold(("received", Exchanged(write_message(THREAD, "desk", 1, "x"), EMPTY)), case=OPENED)


def test_a_known_message_reopens_nothing() -> None:
    """A message that the case knows already does not open it again."""
    message = Exchanged(_message(), EMPTY)
    assert fold(("received", message), ("closed", Line("Done.")), ("received", message), case=OPENED).state == "closed"
