# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole copy in a folder: a true one holds, and each way to bend it has its sentence (T18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ombuds.core.charter import fingerprint, sign_charter
from ombuds.core.custody import approve, read_proposal
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import joined, read
from ombuds.core.errors import CharterRefused, CheckpointWrong, ContentChanged, EntryMissing, EntryRefused, HistoryForked, NotEnough, NotHere, OmbudsError
from ombuds.core.ledger import read_bundle, write_bundle
from ombuds.core.publication import Salted
from ombuds.mirror.check import check
from tests.mirror.ledgers import DAY, Ledger, charter_of, filled, forged, key_of, text

BUNDLE = "tile/entries/000.p/7"


def _written(folder: Path) -> tuple[Ledger, Path]:
    ledger, _, _ = filled()
    return ledger, ledger.write(folder / "copy")


def test_a_true_copy_holds(tmp_path: Path) -> None:
    """A copy with a story, a correction, an update, a confirmation and a takedown holds."""
    checked = check(_written(tmp_path)[1])
    assert (checked.checkpoint.size, checked.texts, checked.taken_down) == (7, 3, 1)


def test_a_copy_of_several_bundles_holds(tmp_path: Path) -> None:
    """A copy with more entries than fit into one bundle holds."""
    ledger = Ledger()
    for number in range(300):
        ledger.publish(text(f"Text {number}"))
    assert check(ledger.write(tmp_path / "copy")).record.size == 301


def test_a_copy_across_charters_holds(tmp_path: Path) -> None:
    """A copy in which the members changed the charter and the log key holds under each charter in its time."""
    ledger = Ledger()
    ledger.publish(text())
    following = msgspec.structs.replace(ledger.charter.charter, version=2, prev=ledger.charter.hash, log_key=key_of("log 2").public.text)
    ledger.succeed(following, ("anna", "carla"))
    ledger.publish(text("After it"))
    folder = ledger.write(tmp_path / "copy")
    (folder / "checkpoint").write_bytes(ledger.note("log 2"))
    assert check(folder).record.charter.charter.version == 2


def test_the_right_fingerprint_holds(tmp_path: Path) -> None:
    """A copy holds against the desk's own fingerprint, however the digits are grouped."""
    ledger, folder = _written(tmp_path)
    assert check(folder, fingerprint(ledger.charter.instance_id).replace(" ", "-")).record.size == 7


def test_another_fingerprint_is_refused(tmp_path: Path) -> None:
    """A copy of another desk than the one asked for is refused, whatever it is called."""
    _, folder = _written(tmp_path)
    with pytest.raises(CharterRefused, match="not the one you gave: this is another desk"):
        check(folder, fingerprint(Ledger().charter.instance_id[::-1]))


def test_an_empty_folder_is_no_copy(tmp_path: Path) -> None:
    """A folder without a checkpoint is not called a broken copy."""
    with pytest.raises(NotHere, match="no copy of a ledger"):
        check(tmp_path)


def _leaves(folder: Path, bend: Callable[[list[bytes]], list[bytes]]) -> None:
    file = folder / BUNDLE
    file.write_bytes(write_bundle(bend(read_bundle(file.read_bytes()))))


def _one(index: int, leaf: Callable[[bytes], bytes]) -> Callable[[Ledger, Path], None]:
    return lambda _ledger, folder: _leaves(folder, lambda all_: [leaf(each) if at == index else each for at, each in enumerate(all_)])


def _unsigned(leaf: bytes) -> bytes:
    return forged(read(leaf), signatures=read(leaf).signatures[:1]).canonical()


def _swapped(_ledger: Ledger, folder: Path) -> None:
    _leaves(folder, lambda all_: [all_[0], all_[2], all_[1], *all_[3:]])


def _without(index: int) -> Callable[[Ledger, Path], None]:
    return lambda _ledger, folder: _leaves(folder, lambda all_: all_[:index] + all_[index + 1 :])


def _short(ledger: Ledger, folder: Path) -> None:
    _leaves(folder, lambda all_: all_[:-1])


def _no_bundle(ledger: Ledger, folder: Path) -> None:
    (folder / BUNDLE).unlink()


def _no_text(ledger: Ledger, folder: Path) -> None:
    (folder / "content" / next(iter(ledger.files))).unlink()


def _no_texts(ledger: Ledger, folder: Path) -> None:
    for file in (folder / "content").glob("*/*.json"):
        file.unlink()


def _text(change: Callable[[Salted], Salted]) -> Callable[[Ledger, Path], None]:
    def bend(ledger: Ledger, folder: Path) -> None:
        file = folder / "content" / next(iter(ledger.files))
        file.write_bytes(encode(change(decode(file.read_bytes(), Salted))))

    return bend


def _other_key(ledger: Ledger, folder: Path) -> None:
    (folder / "checkpoint").write_bytes(ledger.note("somebody"))


def _other_history(ledger: Ledger, folder: Path) -> None:
    ledger.leaves[-3:] = []
    for title in ("Other", "And other", "And more"):
        ledger.publish(text(title))
    (folder / "checkpoint").write_bytes(ledger.note())


def _longer(ledger: Ledger, folder: Path) -> None:
    ledger.publish(text("One more"))
    (folder / "checkpoint").write_bytes(ledger.note())


def _garbage(ledger: Ledger, folder: Path) -> None:
    (folder / "checkpoint").write_bytes(b"x")


BENDS: list[tuple[str, Callable[[Ledger, Path], None], type[OmbudsError], str]] = [
    ("an entry less signed", _one(1, _unsigned), NotEnough, r"entry 1: 1 of 2"),
    ("the charter less signed", _one(0, _unsigned), CharterRefused, "entry 0: a first charter is signed by every member"),
    ("an entry in another spelling", _one(1, lambda leaf: leaf + b" "), EntryRefused, "entry 1: an entry that is not in its one canonical form"),
    ("an entry dropped before its correction", _without(1), EntryRefused, "entry 2: it does not follow the subject's last version"),
    ("an entry dropped that nothing follows", _without(2), EntryMissing, "entry 3: the members confirmed a longer ledger"),
    ("the last entry dropped", _short, EntryMissing, "entry 6 of 7"),
    ("two entries swapped", _swapped, HistoryForked, "entry 4: the members confirmed another history"),
    ("a bundle lost", _no_bundle, EntryMissing, "entries 0 to 6"),
    ("a text lost", _no_text, EntryMissing, "the text or a picture of entry 1, and no takedown covers it"),
    ("all texts lost", _no_texts, EntryMissing, "the text or a picture of entry 1, and of 2 more, and no takedown covers it"),
    ("a text changed", _text(lambda file: msgspec.structs.replace(file, content=file.content.replace(b"sold", b"free"))), ContentChanged, "entry 1"),
    ("a salt changed", _text(lambda file: msgspec.structs.replace(file, salt=bytes(32))), ContentChanged, "entry 1"),
    ("a checkpoint by another key", _other_key, CheckpointWrong, "not signed by the log key"),
    ("a checkpoint of another history", _other_history, HistoryForked, "the log key signed other entries than these"),
    ("a checkpoint over more", _longer, EntryMissing, "entry 7 of 8"),
    ("a checkpoint of nothing", _garbage, CheckpointWrong, "not a checkpoint"),
]


@pytest.mark.parametrize(("bend", "kind", "says"), [pytest.param(*rest, id=name) for name, *rest in BENDS])
def test_a_bent_copy_is_named(tmp_path: Path, bend: Callable[[Ledger, Path], None], kind: type[OmbudsError], says: str) -> None:
    """A copy in which one thing was changed is refused with the sentence for that thing."""
    ledger, folder = _written(tmp_path)
    bend(ledger, folder)
    with pytest.raises(OmbudsError, match=says) as refused:
        check(folder)
    assert refused.type is kind


def test_swapped_entries_without_a_confirmation_are_named(tmp_path: Path) -> None:
    """Two swapped entries that do not know of each other are named by the checkpoint."""
    ledger = Ledger()
    ledger.publish(text("One"))
    ledger.publish(text("Two"))
    folder = ledger.write(tmp_path / "copy")
    file = folder / "tile/entries/000.p/3"
    first, second, third = read_bundle(file.read_bytes())
    file.write_bytes(write_bundle([first, third, second]))
    with pytest.raises(HistoryForked, match="the log key signed other entries than these"):
        check(folder)


def test_a_charter_signed_by_too_few_is_named(tmp_path: Path) -> None:
    """A next charter that one member of three signed is refused at its place."""
    ledger = Ledger()
    following = msgspec.structs.replace(ledger.charter.charter, version=2, prev=ledger.charter.hash)
    ledger.leaves.append(sign_charter(following, key_of("anna")).canonical())
    with pytest.raises(CharterRefused, match="entry 1: too few members signed it"):
        check(ledger.write(tmp_path / "copy"))


def test_a_file_path_that_leads_out_is_refused(tmp_path: Path) -> None:
    """A signed path that would lead out of the folder is refused and never opened."""
    ledger = Ledger()
    ledger.publish(text())
    line = ledger.read().lines[1]
    assert line.parameters
    named = msgspec.structs.replace(line.parameters.files[0], path="../../x")
    said = msgspec.structs.replace(line.parameters, files=(named,))
    proposal = msgspec.structs.replace(read_proposal(read(ledger.leaves[1])), parameters=msgspec.Raw(encode(said)))
    ledger.leaves[1] = joined(approve(proposal, key_of(name)) for name in ("anna", "boris")).canonical()
    with pytest.raises(EntryRefused, match="not named after its subject and version"):
        check(ledger.write(tmp_path / "copy"))


def test_every_flipped_bit_of_an_entry_is_noticed(tmp_path: Path) -> None:
    """A bit that flips anywhere in the entries is noticed."""
    ledger, folder = _written(tmp_path)
    file = folder / BUNDLE
    true, passed = file.read_bytes(), []
    for place in range(0, len(true), 41):
        bent = bytearray(true)
        bent[place] ^= 1 << (place % 8)
        file.write_bytes(bent)
        try:
            check(folder)
        except OmbudsError:
            continue
        passed.append(place)
    assert passed == []


def test_a_confirmation_shows_since_when(tmp_path: Path) -> None:
    """A checked copy says on which day the members last confirmed it."""
    ledger = Ledger()
    ledger.confirm(DAY + timedelta(days=2))
    confirmed = check(ledger.write(tmp_path / "copy")).record.freshness
    assert confirmed is not None and confirmed.day == DAY + timedelta(days=2)


def test_a_longer_piece_of_a_bundle_serves_after_a_crash(tmp_path: Path) -> None:
    """Entries that were written before a crash came in front of their checkpoint do no harm."""
    ledger, folder = _written(tmp_path)
    note = (folder / "checkpoint").read_bytes()
    ledger.publish(text("Written, not yet counted"))
    ledger.write(folder)
    (folder / "checkpoint").write_bytes(note)
    (folder / BUNDLE).unlink()
    assert check(folder).record.size == 7


def test_a_charter_of_another_name_has_another_fingerprint() -> None:
    """Two desks that differ in their name alone have different fingerprints."""
    one, other = (sign_charter(charter_of(desk=name), *map(key_of, ("anna", "boris", "carla"))).hash for name in ("Desk 7", "Desk 8"))
    assert fingerprint(one) != fingerprint(other)
