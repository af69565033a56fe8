# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vault of an older ombuds is brought up to date whole or not at all; one of a newer ombuds is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombuds.core.cards import Card, sign_card
from ombuds.core.case import EVENT_TYPE, Case, Line, write_event
from ombuds.core.encoding import encode
from ombuds.core.envelope import sign
from ombuds.core.errors import Malformed, VaultNewer
from ombuds.core.keys import SigningKey, random_id
from ombuds.desk.kept import KeptDraft, Matter
from ombuds.desk.lists import Tally
from ombuds.desk.tables import FIRST, STEPS, VERSION
from ombuds.desk.vault import Vault, open_vault
from ombuds.desk.vaultfile import VaultFile, create_file, open_file
from ombuds.pages.query import read_query
from tests.core.campaigns import pending_of
from tests.desk.desks import story
from tests.desk.test_vault import CHEAP, PASSPHRASE, TODAY

KEY = SigningKey.generate()
CASE = random_id()


def _first(folder: Path) -> VaultFile:
    """Return an open vault of the first version that holds one case with a note and a draft."""
    file = create_file(folder, PASSPHRASE, CHEAP, (FIRST,))
    card = sign_card(Card(1, "0" * 64, CASE, "1" * 64, "2" * 64, 0, "age1", TODAY), KEY)
    event = sign(EVENT_TYPE, encode(write_event(Case(CASE), "anna", "note", Line("a hospital letter"), TODAY)), KEY)
    matter = Matter(1, CASE, "2" * 64, 0, "open", "a case", TODAY, 1, 2, card)
    file.put("INSERT INTO matter VALUES (?, ?, ?, ?, ?)", CASE, "open", TODAY.isoformat(), 1, encode(matter))
    file.put("INSERT INTO event VALUES (?, ?, ?)", CASE, 1, encode(event))
    draft = KeptDraft(1, "d" * 32, CASE, "", story("A hospital letter"), TODAY)
    file.put("INSERT INTO draft VALUES (?, ?, ?, ?)", draft.id, CASE, encode(draft), TODAY.isoformat())
    return file


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return the folder of a closed vault of the first version."""
    _first(tmp_path / "vault").close()
    return tmp_path / "vault"


def test_what_an_older_vault_holds_is_found(old: Path) -> None:
    """After the first opening, what stood in an older vault is found by search."""
    with open_vault(old, PASSPHRASE) as vault:
        assert [hit.case for hit in vault.index.find(read_query("letters")).hits] == [CASE]


def test_what_an_older_vault_holds_is_counted(old: Path) -> None:
    """After the first opening, the cases of an older vault are counted, those with something unread too."""
    with open_vault(old, PASSPHRASE) as vault:
        assert vault.lists.tallies() == {"open": Tally(1, 1)}


def test_the_cards_of_an_older_vault_are_known(old: Path) -> None:
    """After the first opening, a card that ends soon is known."""
    with open_vault(old, PASSPHRASE) as vault:
        assert [card.case for card in vault.cards.due(TODAY, 10)] == [CASE]


def test_the_case_logs_of_an_older_vault_are_fetched_again(old: Path) -> None:
    """After the first opening, a case of an older vault waits for its log from the first slot on."""
    with open_vault(old, PASSPHRASE) as vault:
        assert (vault.slots.of(CASE), vault.matter(CASE).seq) == ([], 0)


def test_the_receipts_of_posts_in_an_older_vault_are_known(tmp_path: Path) -> None:
    """After the first opening, a post that waits in an older vault names its receipt, and a settled one none."""
    file = create_file(tmp_path / "vault", PASSPHRASE, CHEAP, STEPS[:5])
    pending = pending_of()
    for name, content in (("a", encode(pending)), ("b", None)):
        file.put("INSERT INTO post VALUES (?, ?, '', 'waiting', '', -1, '', 0, '', NULL, ?)", name, CASE, content)
    file.close()
    with open_vault(tmp_path / "vault", PASSPHRASE) as vault:
        assert vault.receipts.holders(CASE, pending.withdraw) == {"a"}


def test_an_upgrade_is_made_once(old: Path) -> None:
    """A vault that was brought up to date is of the latest version when it is opened again."""
    open_vault(old, PASSPHRASE).close()
    file = open_file(old, PASSPHRASE)
    version = file.version
    file.close()
    assert version == VERSION


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path) -> None:
    """If something in an older vault cannot be read, the vault stays as it was."""
    file = _first(tmp_path / "vault")
    file.put("UPDATE draft SET content = ?", b"not a draft")
    file.close()
    with pytest.raises(Malformed):
        open_vault(tmp_path / "vault", PASSPHRASE)
    left = open_file(tmp_path / "vault", PASSPHRASE)
    state = (left.version, left.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'line'"))
    left.close()
    assert state == (1, [(0,)])


def test_a_newer_vault_is_refused(old: Path) -> None:
    """A vault of a newer ombuds is told as such and not as damaged."""
    file = open_file(old, PASSPHRASE)
    file.step("", VERSION + 1)
    file.close()
    with pytest.raises(VaultNewer):
        open_vault(old, PASSPHRASE)


def test_an_upgraded_vault_is_like_a_new_one(old: Path, tmp_path: Path) -> None:
    """An older vault has the same tables after its upgrade as one that is made today."""
    with open_vault(old, PASSPHRASE) as one, Vault(create_file(tmp_path / "new", PASSPHRASE, CHEAP)) as other:
        schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
        assert one.file.rows(schema) == other.file.rows(schema)
