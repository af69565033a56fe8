# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault on good and bad days: the cipher is on, a wrong passphrase, damage and a second desk are told apart."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.envelope import Envelope
from ombuds.core.errors import NotHere, OrderWrong, VaultBusy, VaultDamaged, VaultLocked
from ombuds.core.keys import SigningKey, random_id
from ombuds.desk import lists, postbox
from ombuds.desk.kept import Matter, Me
from ombuds.desk.vault import Vault, create_vault, open_vault
from ombuds.desk.vaultfile import Stretch

CHEAP = Stretch(memory=64, passes=1, lanes=1)
PASSPHRASE = "a long walk by the river"
TODAY = date(2026, 3, 4)
SECRET = b"the officer's name is on the badge"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a vault that holds one secret and is closed."""
    with create_vault(tmp_path / "vault", PASSPHRASE, CHEAP) as vault:
        vault.keep_note("story", SECRET * 100)
    return tmp_path / "vault"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """Yield an open vault."""
    with create_vault(tmp_path / "open", PASSPHRASE, CHEAP) as opened:
        yield opened


def _matter(number: int, state: str = "open") -> Matter:
    day = TODAY - timedelta(days=number % 900)
    return Matter(1, random_id(), "0" * 64, 0, state, "a case", day, 1, 0, Envelope("x", b"{}", ()))


def test_what_was_kept_is_there_again(folder: Path) -> None:
    """The right passphrase gives back what was kept."""
    with open_vault(folder, PASSPHRASE) as vault:
        assert vault.note("story") == SECRET * 100


def test_nothing_kept_is_readable_on_the_disk(folder: Path) -> None:
    """No file of the vault holds a string that was kept in it."""
    assert [path.name for path in folder.iterdir() if SECRET in path.read_bytes()] == []


def test_the_file_does_not_say_what_it_is(folder: Path) -> None:
    """The file does not begin as an open database does."""
    assert not (folder / "vault.db").read_bytes().startswith(b"SQLite format 3")


def test_two_vaults_of_one_passphrase_share_no_bytes(tmp_path: Path) -> None:
    """Two vaults with one passphrase begin with different random bytes."""
    starts = set()
    for name in ("one", "two"):
        create_vault(tmp_path / name, PASSPHRASE, CHEAP).close()
        starts.add((tmp_path / name / "vault.db").read_bytes()[:16])
    assert len(starts) == 2


def test_only_the_owner_may_read_the_vault(folder: Path) -> None:
    """The folder and both of its files are closed to other people of the machine."""
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def test_a_wrong_passphrase_is_told(folder: Path) -> None:
    """A wrong passphrase is refused as a wrong passphrase."""
    with pytest.raises(VaultLocked):
        open_vault(folder, PASSPHRASE + " ")


@pytest.mark.parametrize("place", [0, 20, 5000])
def test_a_damaged_file_is_told(folder: Path, place: int) -> None:
    """A changed byte of the file is told as damage and not as a wrong passphrase."""
    path = folder / "vault.db"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(VaultDamaged), open_vault(folder, PASSPHRASE) as vault:
        vault.leaves()
        vault.note("story")
        vault.matters()


def test_a_file_cut_short_is_told(folder: Path) -> None:
    """A file that lost its end is told as damage."""
    path = folder / "vault.db"
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(VaultDamaged), open_vault(folder, PASSPHRASE) as vault:
        vault.note("story")


@pytest.mark.parametrize("name", ["vault.db", "vault.key"])
def test_an_empty_file_is_told(folder: Path, name: str) -> None:
    """A vault of which one file is empty is told as damage, and nothing is made anew in its place."""
    (folder / name).write_bytes(b"")
    with pytest.raises(VaultDamaged):
        open_vault(folder, PASSPHRASE)
    assert (folder / name).read_bytes() == b""


def test_a_damaged_header_is_told(folder: Path) -> None:
    """A changed salt is told as damage and not as a wrong passphrase."""
    path = folder / "vault.key"
    path.write_bytes(path.read_bytes().replace(b'"passes":1', b'"passes":2'))
    with pytest.raises(VaultDamaged):
        open_vault(folder, PASSPHRASE)


def test_a_missing_header_is_told(folder: Path) -> None:
    """A vault without its second file is told as damage."""
    (folder / "vault.key").unlink()
    with pytest.raises(VaultDamaged):
        open_vault(folder, PASSPHRASE)


def test_no_vault_is_told(tmp_path: Path) -> None:
    """A folder without a vault is told as such."""
    with pytest.raises(NotHere):
        open_vault(tmp_path, PASSPHRASE)


def test_a_second_desk_of_the_same_process_waits_outside(folder: Path) -> None:
    """A vault that is open is not opened again."""
    with open_vault(folder, PASSPHRASE), pytest.raises(VaultBusy):
        open_vault(folder, PASSPHRASE)


def test_a_second_process_waits_outside(folder: Path) -> None:
    """A desk in another process does not get a vault that is open here."""
    program = "import sys; from pathlib import Path; from ombuds.desk.vault import open_vault; open_vault(Path(sys.argv[1]), sys.argv[2])"
    with open_vault(folder, PASSPHRASE):
        done = subprocess.run([sys.executable, "-c", program, str(folder), PASSPHRASE], capture_output=True, check=False)
    assert b"VaultBusy" in done.stderr


def test_a_vault_is_not_made_over_another(folder: Path) -> None:
    """A vault that is there is never overwritten."""
    with pytest.raises(OrderWrong):
        create_vault(folder, PASSPHRASE, CHEAP)


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    """A vault without a passphrase is not made."""
    with pytest.raises(VaultLocked):
        create_vault(tmp_path / "vault", "", CHEAP)


def test_the_real_stretch_is_dear() -> None:
    """A guess at a real vault's passphrase costs 256 MiB, three passes and four lanes."""
    assert Stretch() == Stretch(memory=262144, passes=3, lanes=4)


def test_a_failed_write_leaves_nothing(vault: Vault) -> None:
    """When one of two things cannot be kept, neither is."""
    with pytest.raises(NotHere), vault.together():
        vault.keep_note("half", b"done")
        vault.draft(random_id())
    assert vault.note("half") is None


def test_a_vault_keeps_one_member(vault: Vault) -> None:
    """A vault that belongs to a member is not given to another."""
    me = Me(1, "anna", SigningKey.generate().seed, Identity.generate().seed)
    vault.keep_me(me)
    with pytest.raises(OrderWrong):
        vault.keep_me(me)


def test_seeds_are_not_shown() -> None:
    """Printing a member shows no seed."""
    assert repr(Me(1, "anna", b"s" * 32, b"l" * 32)) == "Me(anna)"


def test_a_deleted_week_leaves_no_bytes(tmp_path: Path) -> None:
    """After a week's identity is deleted, its seed is nowhere in the open pages."""
    identity = Identity.generate()
    with create_vault(tmp_path / "vault", PASSPHRASE, CHEAP) as vault:
        vault.keep_epoch(7, identity, Envelope("x", b"{}", ()))
        before = identity.seed in vault.file.pages()
        vault.drop_epochs(8)
        after = identity.seed in vault.file.pages()
    assert (before, after) == (True, False)


@pytest.mark.parametrize(
    ("statement", "cells"),
    [
        (f"{lists.ALL} {lists.DOWN}", ("2026-03-04", "2026-03-04", "a", 51)),
        (f"{lists.ALL} {lists.UP}", ("2026-03-04", "2026-03-04", "a", 51)),
        (f"{lists.ONE} {lists.DOWN}", ("open", "2026-03-04", "2026-03-04", "a", 51)),
        (f"{lists.ONE} {lists.UP}", ("open", "2026-03-04", "2026-03-04", "a", 51)),
        (lists.SEALED, (1, "2026-03-04", "a", 51)),
        (postbox.FOR_ME, ("a", "", "a", "", 12)),
        (postbox.BY_ME, ("a", "", 12)),
        (postbox.IN_STATE, ("a", "accepted", "", 12)),
        ("SELECT content FROM draft WHERE holder = ? ORDER BY day DESC, id LIMIT 200", ("",)),
        ("SELECT content FROM proposal WHERE done = 0 ORDER BY day, hash LIMIT 200", ()),
    ],
)
def test_lists_use_their_indexes(vault: Vault, statement: str, cells: tuple[str | int, ...]) -> None:
    """A list is read in the order of an index from where its page begins, without sorting everything."""
    plan = vault.file.plan(statement, *cells)
    assert "INDEX" in plan and "TEMP B-TREE" not in plan


def test_a_page_of_sealed_reports_reads_no_report(vault: Vault) -> None:
    """The list of sealed reports is answered by its index alone."""
    assert "COVERING INDEX" in vault.file.plan(lists.SEALED, 1, "2026-03-04", "a", 51)


@pytest.mark.parametrize("state", ["", "open"])
def test_pages_of_cases_hold_each_once(vault: Vault, state: str) -> None:
    """Walking through the pages to the oldest case and back, each case comes once and in the same order."""
    for number in range(130):
        vault.keep_matter(_matter(number % 7, "open" if number % 3 else "closed"))
    down, place = list[Matter](), None
    while page := vault.lists.matters(state, place):
        down += page
        place = lists.Place(page[-1].day, page[-1].id)
    up, place = list[Matter](), lists.Place(down[-1].day, down[-1].id)
    while page := vault.lists.matters(state, place, "newer"):
        up = page + up
        place = lists.Place(page[0].day, page[0].id)
    assert (len(down), up) == (86 if state else 130, down[:-1]) and down == sorted(down, key=lambda matter: (-matter.day.toordinal(), matter.id))


def test_cases_are_counted_as_they_move(vault: Vault) -> None:
    """The counts follow each case through its states, its unread messages and its end."""
    matter = _matter(0)
    vault.keep_matter(matter)
    vault.keep_matter(msgspec.structs.replace(matter, unread=2))
    one = vault.lists.tallies()
    vault.keep_matter(msgspec.structs.replace(matter, state="closed", unread=0))
    other = vault.lists.tallies()
    vault.forget_case(matter.id)
    assert (one, other, vault.lists.tallies()) == ({"open": lists.Tally(1, 1)}, {"closed": lists.Tally(1, 0)}, {})


def test_ten_thousand_cases_are_listed_latest_first(vault: Vault) -> None:
    """With ten thousand cases a page of the list holds the latest open ones."""
    with vault.together():
        for number in range(10_000):
            vault.keep_matter(_matter(number, "open" if number % 10 else "closed"))
    days = [matter.day for matter in vault.matters("open", limit=50)]
    assert days == sorted(days, reverse=True) and len(days) == 50
