# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a hostile server may try on ``ombuds send``: each time nothing is sealed and nothing is sent (T18, T19, T29, T30)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.charter import InForce, check_succession, sign_charter, sign_epoch, sign_freshness
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, Signature
from ombuds.core.errors import BadSignature, CharterRefused, FreshnessStale, HistoryForked, Malformed, NotAMember, NotEnough, OmbudsError, RemoteSilent
from ombuds.core.keys import SigningKey, epoch_of
from ombuds.core.wire import SealingNow
from ombuds.host.clock import today
from tests.cli.terminal import Terminal, terminal
from tests.server.institution import Institution, found
from tests.server.visits import stored

replace = msgspec.structs.replace
Forge = Callable[[Institution, SealingNow], SealingNow]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Institution]:
    """Another desk, with members of the same names."""
    institution = found(tmp_path / "other", today())
    yield institution
    institution.parts.store.close()


def changed(here: Institution, folder: Path, forge: Forge) -> Iterator[Terminal]:
    """A terminal whose server shows other keys than the desk's."""
    folder.mkdir(exist_ok=True)

    def change(request: httpx2.Request, content: bytes) -> bytes:
        return encode(forge(here, decode(content, SealingNow))) if request.url.path == "/api/sealing" else content

    with terminal(here, folder, change) as one:
        yield one


def successor(here: Institution) -> InForce:
    """The next charter of the desk, signed by everybody."""
    charter = replace(here.charter.charter, version=2, prev=here.charter.hash, name="Desk of Others")
    return check_succession(sign_charter(charter, *here.keys.values()), here.charter)


def replaced_key(here: Institution, now: SealingNow) -> SealingNow:
    """A recipient of the server's own, under a member's name and the server's signature."""
    mine = sign_epoch(here.charter.instance_id, "anna", epoch_of(today()), Identity.generate().recipient, SigningKey.generate())
    return replace(now, epochs=(mine, *now.epochs[1:]))


def listed_key(here: Institution, now: SealingNow) -> SealingNow:
    """The same recipient, listed in a confirmation that the server signed itself."""
    mine = sign_epoch(here.charter.instance_id, "anna", epoch_of(today()), Identity.generate().recipient, SigningKey.generate())
    assert now.freshness is not None
    said = decode(now.freshness.payload, msgspec.Raw)
    names = bytes(said).replace(now.epochs[0].hash.encode(), mine.hash.encode())
    return replace(now, freshness=replace(now.freshness, payload=names), epochs=(mine, *now.epochs[1:]))


def withheld_key(_here: Institution, now: SealingNow) -> SealingNow:
    """One member's recipient kept back."""
    return replace(now, epochs=now.epochs[1:])


def no_freshness(_here: Institution, now: SealingNow) -> SealingNow:
    """No confirmation at all."""
    return replace(now, freshness=None)


def old_freshness(here: Institution, now: SealingNow) -> SealingNow:
    """A confirmation that the members signed eleven days ago."""
    record = here.parts.public.record()
    assert record.freshness is not None
    said = replace(record.freshness, day=today() - timedelta(days=11))
    return replace(now, freshness=sign_freshness(said, *here.keys.values()))


def one_signature(here: Institution, now: SealingNow) -> SealingNow:
    """A confirmation that one member signed."""
    assert now.freshness is not None
    return replace(now, freshness=replace(now.freshness, signatures=now.freshness.signatures[:1]))


def own_successor(here: Institution, now: SealingNow) -> SealingNow:
    """A next charter that names the server's members and that nobody of the desk signed."""
    keys = {name: SigningKey.generate() for name in here.keys}
    members = tuple(replace(each, key=keys[each.name].public.text) for each in here.charter.charter.members)
    charter = replace(here.charter.charter, version=2, prev=here.charter.hash, members=members)
    return replace(now, charters=(*now.charters, sign_charter(charter, *keys.values())))


def broken_signature(_here: Institution, now: SealingNow) -> SealingNow:
    """A founding charter with one damaged signature."""
    first: Envelope = now.charters[0]
    bad = Signature(first.signatures[0].keyid, bytes(64))
    return replace(now, charters=(replace(first, signatures=(bad, *first.signatures[1:])),))


def no_charter(_here: Institution, now: SealingNow) -> SealingNow:
    """No charter."""
    return replace(now, charters=())


FORGED: tuple[tuple[Forge, tuple[type[OmbudsError], ...]], ...] = (
    (replaced_key, (FreshnessStale, NotAMember)),
    (listed_key, (BadSignature,)),
    (withheld_key, (FreshnessStale,)),
    (no_freshness, (FreshnessStale,)),
    (old_freshness, (FreshnessStale,)),
    (one_signature, (NotEnough,)),
    (own_successor, (CharterRefused,)),
    (broken_signature, (BadSignature,)),
    (no_charter, (Malformed,)),
)


@pytest.mark.parametrize(("forge", "kinds"), FORGED, ids=[forge.__name__ for forge, _ in FORGED])
def test_forged_keys_are_refused(here: Institution, tmp_path: Path, forge: Forge, kinds: tuple[type[OmbudsError], ...]) -> None:
    """Whatever the server forges in what it shows, the program refuses it and sends nothing."""
    for person in changed(here, tmp_path / "home", forge):
        with pytest.raises(kinds):
            person.sends()
        assert len(person.bodies) == 1


def test_another_desk_at_a_known_address_is_refused(person: Terminal, other: Institution, tmp_path: Path) -> None:
    """When another desk answers at the known address, its own right fingerprint does not help it."""
    person.sends()
    with terminal(other, tmp_path / "home") as later, pytest.raises(CharterRefused):
        later.sends()
    assert stored(other) == []


def test_an_older_charter_than_before_is_refused(here: Institution, tmp_path: Path) -> None:
    """A server that shows fewer charters than it did before is refused."""
    later = successor(here)
    for person in changed(here, tmp_path / "home", lambda _, now: replace(now, charters=(*now.charters, later.envelope))):
        with pytest.raises(CharterRefused):
            person.sends()  # the confirmation is still that of the first charter; the charter itself is remembered
    with terminal(here, tmp_path / "home") as again, pytest.raises(HistoryForked):
        again.sends()
    assert stored(here) == []


def test_a_damaged_file_of_known_desks_stops(person: Terminal) -> None:
    """A damaged file of known desks is not taken for an empty one."""
    person.sends()
    person.known.write_bytes(b"{")
    with pytest.raises(OmbudsError):
        person.sends()


def test_a_broken_line_leaves_nothing_and_says_so(here: Institution, tmp_path: Path) -> None:
    """When the line breaks at the last step, no words are printed and the hint says that nothing counts."""
    (tmp_path / "home").mkdir()

    def breaks(request: httpx2.Request, content: bytes) -> bytes:
        if request.url.path == "/api/reports":
            raise httpx2.ReadError("cut")
        return content

    with terminal(here, tmp_path / "home", breaks) as person, pytest.raises(RemoteSilent) as silent:
        person.sends(files=(person.file("a.txt", b"x"),))
    assert "Send it again" in silent.value.help
