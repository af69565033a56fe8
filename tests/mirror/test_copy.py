# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copying over the network: a copy grows, never believes a contradiction, and keeps the evidence of one (T18)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ombuds.core.charter import fingerprint
from ombuds.core.errors import AlreadyUsed, CharterRefused, ContentChanged, EntryMissing, HistoryForked, LedgerEndless, NotEnough, RemoteRefused, RemoteSilent
from ombuds.host.remote import connect
from ombuds.mirror.check import check
from ombuds.mirror.copy import LARGEST_ANSWER, Copied, copy
from ombuds.mirror.folder import read_note
from tests.core.pictures import png
from tests.mirror.answering import Answering
from tests.mirror.ledgers import Ledger, filled, text


def _copy(server: Answering, folder: Path, given: str = "") -> Copied:
    with server.client() as client:
        return copy(client, folder, given)


@pytest.fixture
def server() -> Answering:
    """A server with a filled ledger."""
    return Answering(filled()[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the copy goes."""
    return tmp_path / "copy"


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_first_copy_holds(server: Answering, folder: Path) -> None:
    """A first copy has every entry and every text, and holds together."""
    copied = _copy(server, folder)
    assert (copied.entries, copied.texts, check(folder).record.size) == (7, 3, 7)


def test_a_copy_has_the_pictures(server: Answering, folder: Path) -> None:
    """A picture beside a text is copied with its salt and checked with the rest."""
    _copy(server, folder)
    assert check(folder).pictures == 1


def test_a_picture_that_was_lost_is_fetched_again(server: Answering, folder: Path) -> None:
    """A run brings a picture that the copy has lost, and nothing else."""
    _copy(server, folder)
    next(folder.rglob("*.png.json")).unlink()
    server.asked.clear()
    _copy(server, folder)
    assert [path.rpartition(".")[2] for path in server.asked] == ["from 7", "png"] and check(folder).pictures == 1


def test_a_changed_picture_is_not_kept(server: Answering, folder: Path) -> None:
    """A picture that is not the signed one is refused, and neither it nor its text is kept."""
    path = next(path for path in server.ledger.files if path.endswith(".png"))
    server.ledger.files[path] = msgspec.structs.replace(server.ledger.files[path], content=png(grey=9))
    with pytest.raises(ContentChanged):
        _copy(server, folder)
    assert not (folder / "content" / path.partition("/")[0]).exists()


def test_a_second_run_fetches_only_what_is_new(server: Answering, folder: Path) -> None:
    """A second run asks for the entries after the last one and for no text twice."""
    _copy(server, folder)
    subject = server.ledger.publish(text("New"))
    server.asked.clear()
    _copy(server, folder)
    assert server.asked == ["from 7", f"{subject}/1.json"]


def test_a_copy_grows(server: Answering, folder: Path) -> None:
    """A copy that was brought up to date holds, and has no leftovers of the shorter one."""
    _copy(server, folder)
    server.ledger.publish(text("New"))
    _copy(server, folder)
    assert check(folder).record.size == 8 and [file.name for file in (folder / "tile/entries/000.p").iterdir()] == ["8"]


def test_a_run_without_news_changes_nothing(server: Answering, folder: Path) -> None:
    """A run that finds nothing new leaves the entries and texts as they are."""
    _copy(server, folder)
    before = _files(folder)
    _copy(server, folder)
    assert _files(folder) == before


def test_a_takedown_destroys_the_text(server: Answering, folder: Path) -> None:
    """A text that was taken down is destroyed in the copy too, and its entry stays."""
    _copy(server, folder)
    subject = next(iter(server.ledger.files)).split("/")[0]
    server.ledger.take_down(subject)
    copied = _copy(server, folder)
    assert (copied.destroyed, (folder / "content" / subject).exists(), check(folder).taken_down) == (1, False, 3)


def test_a_fork_is_refused_and_kept(server: Answering, folder: Path) -> None:
    """A server that tells another history than before is refused, and both copies are kept."""
    _copy(server, folder)
    server.ledger.leaves[-2:] = []
    for title in ("Instead", "And more", "And more still"):
        server.ledger.publish(text(title))
    with pytest.raises(HistoryForked, match=r"they differ from entry 5 on; this copy stays in .*copy, the other is kept in .*copy\.other-1"):
        _copy(server, folder)
    other = folder.with_name("copy.other-1")
    assert read_note(folder) != read_note(other) == server.ledger.note()


def test_a_fork_leaves_the_copy_as_it_was(server: Answering, folder: Path) -> None:
    """Nothing in the copy changes when the server contradicts it."""
    _copy(server, folder)
    before = _files(folder)
    server.ledger.leaves[-1:] = []
    server.ledger.publish(text("Instead"))
    with pytest.raises(HistoryForked):
        _copy(server, folder)
    assert _files(folder) == before


def test_a_fork_is_kept_once(server: Answering, folder: Path) -> None:
    """The same contradiction, met twice, is kept in one place."""
    _copy(server, folder)
    server.ledger.leaves[-1:] = []
    server.ledger.publish(text("Instead"))
    for _ in range(2):
        with pytest.raises(HistoryForked):
            _copy(server, folder)
    assert [place.name for place in sorted(folder.parent.iterdir())] == ["copy", "copy.other-1"]


def test_a_shorter_ledger_is_refused(server: Answering, folder: Path) -> None:
    """A server that shows fewer entries than before is refused, and what it showed is kept."""
    _copy(server, folder)
    server.ledger.leaves[-2:] = []
    with pytest.raises(EntryMissing, match=r"the server shows 5 entries, this copy has 7; what it shows is kept in .*copy\.other-1"):
        _copy(server, folder)


def test_another_desk_at_the_address_is_refused(server: Answering, folder: Path) -> None:
    """Another desk that answers at the address does not grow onto the copy."""
    _copy(server, folder)
    server.ledger = Ledger(desk="Another desk")
    with pytest.raises(CharterRefused, match="another desk answers at this address"):
        _copy(server, folder)


def test_a_bad_new_entry_is_named(server: Answering, folder: Path) -> None:
    """An entry that too few members signed is named, and the copy stays as it was."""
    _copy(server, folder)
    before = _files(folder)
    server.ledger.publish(text("Alone"), signers=("anna",))
    with pytest.raises(NotEnough, match="entry 7: 1 of 2"):
        _copy(server, folder)
    assert _files(folder) == before


def test_a_withheld_text_is_named(server: Answering, folder: Path) -> None:
    """A text that the server does not give is named, and the rest of the copy is kept."""
    server.ledger.files.pop(next(iter(server.ledger.files)))
    with pytest.raises(EntryMissing, match="the text or a picture of entry 1, and no takedown covers it"):
        _copy(server, folder)
    assert sum(not name.endswith(".png.json") for name in _files(folder / "content")) == 2


def test_a_wrong_text_is_named_and_not_kept(server: Answering, folder: Path) -> None:
    """A text that is not the signed one is named and not kept."""
    path, file = next(iter(server.ledger.files.items()))
    server.ledger.files[path] = msgspec.structs.replace(file, content=file.content.replace(b"sold", b"free"))
    with pytest.raises(ContentChanged, match="entry 1"):
        _copy(server, folder)
    assert not (folder / "content" / path).exists()


def test_a_withheld_text_is_fetched_later(server: Answering, folder: Path) -> None:
    """A text that was withheld once is fetched at the next run."""
    path, file = next(iter(server.ledger.files.items()))
    del server.ledger.files[path]
    with pytest.raises(EntryMissing):
        _copy(server, folder)
    server.ledger.files[path] = file
    assert (_copy(server, folder).texts, check(folder).texts) == (1, 3)


def test_a_server_that_stops_short_is_named(server: Answering, folder: Path) -> None:
    """A server that counts more entries than it gives is refused instead of asked for ever."""
    server.claims = 9
    with pytest.raises(EntryMissing, match="the server counts 9 entries and gives 7"):
        _copy(server, folder)


def test_a_wrong_entry_ends_the_fetching(server: Answering, folder: Path) -> None:
    """After an entry that does not hold, nothing more is asked for, however much the server promises."""
    server.ledger.leaves[1] = server.ledger.leaves[2]
    server.claims = 10_000
    with pytest.raises(AlreadyUsed, match="entry 2"):
        _copy(server, folder)
    assert server.asked == ["from 0"]


def test_repeated_entries_are_no_ledger(server: Answering, folder: Path) -> None:
    """A server that repeats true entries without end is stopped at the first that it repeats."""
    server.ledger.confirm()
    server.ledger.leaves += server.ledger.leaves[-1:] * 100
    with pytest.raises(AlreadyUsed, match="entry 8"):
        _copy(server, folder)
    assert len(server.asked) == 3


def test_a_promise_beyond_all_ledgers_is_named(server: Answering, folder: Path) -> None:
    """A server that counts more than a million entries is refused at its first answer, before an entry is read."""
    server.claims = 10**15
    with pytest.raises(LedgerEndless, match="it promises 1000000000000000 entries"):
        _copy(server, folder)
    assert (server.asked, folder.exists()) == (["from 0"], False)


def test_a_promise_that_always_grows_is_named(server: Answering, folder: Path) -> None:
    """A server that promises more with each answer is refused after a few, though every entry holds."""
    for number in range(20):
        server.ledger.publish(text(f"Text {number}"))
    server.always_more = 1
    with pytest.raises(LedgerEndless):
        _copy(server, folder)
    assert (len(server.asked), folder.exists()) == (11, False)


def test_a_ledger_that_grows_meanwhile_is_copied(server: Answering, folder: Path) -> None:
    """A ledger whose number grows a few times while it is copied is copied to its end."""
    server.always_more = 3
    assert (_copy(server, folder).entries, len(server.asked) - 4) == (7, 4)


def test_an_answer_without_end_is_named(server: Answering, folder: Path) -> None:
    """An answer of more than sixteen mebibytes is not read to its end."""
    server.padding = LARGEST_ANSWER
    with pytest.raises(LedgerEndless, match="an answer of the server has more than 16777216 bytes"):
        _copy(server, folder)


def test_the_fingerprint_is_held_before_anything_is_written(server: Answering, folder: Path) -> None:
    """With the fingerprint of another desk, nothing is written."""
    with pytest.raises(CharterRefused, match="this is another desk"):
        _copy(server, folder, fingerprint(server.ledger.charter.instance_id[::-1]))
    assert not folder.exists()


def test_an_address_without_a_ledger_is_named(server: Answering, folder: Path) -> None:
    """An address that has no ledger is named as such."""
    with server.client() as client, pytest.raises(RemoteRefused, match="there is no ledger at this address"):
        client.base_url = "http://desk.example/elsewhere"
        copy(client, folder)


def test_silence_is_named(folder: Path) -> None:
    """A server that does not answer is called silent."""
    with connect("http://127.0.0.1:9", seconds=5) as client, pytest.raises(RemoteSilent):
        copy(client, folder)
