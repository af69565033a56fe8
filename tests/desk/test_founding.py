# SPDX-License-Identifier: AGPL-3.0-or-later
"""Founding and joining a desk: who must sign, what is refused, and that no secret leaves a vault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ombuds.core.charter import fingerprint
from ombuds.core.encoding import encode
from ombuds.core.errors import CharterRefused, Malformed, NotAMember, NotHere, OrderWrong, SettingWrong
from ombuds.core.keys import SigningKey
from ombuds.desk.founding import (
    MemberFile,
    Plan,
    ServerFile,
    become_member,
    begin_charter,
    draft_charter,
    join,
    join_signatures,
    member_file,
    read_member_file,
    sign_charter_file,
)
from ombuds.desk.vault import Vault, create_vault
from tests.desk.desks import ADDRESS, CHEAP, NAMES, PASSPHRASE, TODAY

SERVER = ServerFile(1, SigningKey.generate().public.text, (ADDRESS,))


@pytest.fixture
def vaults(tmp_path: Path) -> Iterator[list[Vault]]:
    """Yield the vaults of three members."""
    made = [create_vault(tmp_path / name, PASSPHRASE, CHEAP) for name in NAMES]
    for vault, name in zip(made, NAMES, strict=True):
        become_member(vault, name)
    yield made
    for vault in made:
        vault.close()


def _today() -> date:
    return TODAY


def _blank(vaults: list[Vault], k: int = 2, name: str = "Desk") -> bytes:
    return encode(begin_charter(draft_charter(SERVER, [member_file(vault) for vault in vaults], Plan(name, k), _today)))


def _signed(vaults: list[Vault]) -> bytes:
    blank = _blank(vaults)
    return encode(join_signatures([encode(sign_charter_file(vault, blank)) for vault in vaults]))


def test_a_charter_that_all_signed_is_joined(vaults: list[Vault]) -> None:
    """Every member who joins sees the same fingerprint."""
    charter = _signed(vaults)
    assert len({join(vault, charter).fingerprint for vault in vaults}) == 1


def test_the_fingerprint_is_the_founding_charters(vaults: list[Vault]) -> None:
    """The digits that members compare are those of the charter they signed."""
    joined = join(vaults[0], _signed(vaults))
    assert joined.fingerprint == fingerprint(joined.instance_id)


def test_signing_one_after_another_is_the_same(vaults: list[Vault]) -> None:
    """A file that goes from member to member has the same signatures as joined ones."""
    passed = _blank(vaults)
    for vault in vaults:
        passed = encode(sign_charter_file(vault, passed))
    assert join(vaults[0], passed).name == "Desk"


def test_a_charter_without_a_signature_is_not_joined(vaults: list[Vault]) -> None:
    """A charter that one member has not signed is refused."""
    blank = _blank(vaults)
    two = encode(join_signatures([encode(sign_charter_file(vault, blank)) for vault in vaults[:2]]))
    with pytest.raises(CharterRefused):
        join(vaults[0], two)


def test_one_member_founds_nothing(vaults: list[Vault]) -> None:
    """A desk of one member is refused."""
    with pytest.raises(CharterRefused):
        _blank(vaults[:1])


def test_an_act_of_one_is_refused(vaults: list[Vault]) -> None:
    """A desk in which one member acts alone is refused."""
    with pytest.raises(CharterRefused):
        _blank(vaults, k=1)


def test_a_stranger_signs_nothing(vaults: list[Vault], tmp_path: Path) -> None:
    """A vault that the charter does not list does not sign it."""
    with create_vault(tmp_path / "other", PASSPHRASE, CHEAP) as other:
        become_member(other, "oleg")
        with pytest.raises(NotAMember):
            sign_charter_file(other, _blank(vaults))


def test_a_charter_with_other_keys_under_ones_name_is_refused(vaults: list[Vault], tmp_path: Path) -> None:
    """A member does not sign a charter that lists another key under the own name."""
    with create_vault(tmp_path / "other", PASSPHRASE, CHEAP) as other:
        become_member(other, "anna")
        with pytest.raises(NotAMember):
            sign_charter_file(other, _blank(vaults))


def test_a_desk_is_joined_once(vaults: list[Vault]) -> None:
    """A vault that has joined a desk does not join another."""
    charter = _signed(vaults)
    join(vaults[0], charter)
    with pytest.raises(OrderWrong):
        join(vaults[0], charter)


def test_an_address_in_the_clear_is_refused(vaults: list[Vault]) -> None:
    """A server on the open network without https is refused."""
    with pytest.raises(SettingWrong):
        join(vaults[0], _signed(vaults), "http://desk.example")


def test_two_charters_are_not_joined(vaults: list[Vault]) -> None:
    """Signatures over two different charters do not make one."""
    with pytest.raises(Malformed):
        join_signatures([_blank(vaults), _blank(vaults, name="Another")])


def test_a_members_file_holds_no_secret(vaults: list[Vault]) -> None:
    """The file that a member hands out holds neither seed."""
    me, written = vaults[0].me(), encode(member_file(vaults[0]))
    assert [secret for secret in (encode(me.signing), encode(me.lasting)) if secret.strip(b'"') in written] == []


def test_a_members_file_is_read_again(vaults: list[Vault]) -> None:
    """A member's file says the same after it was written and read."""
    file = member_file(vaults[0])
    assert read_member_file(encode(file) + b"\n") == file


@pytest.mark.parametrize("name", ["", "Anna", "an na", "1anna", "a" * 33])
def test_a_name_that_no_charter_takes_is_refused(tmp_path: Path, name: str) -> None:
    """A name that a charter would refuse makes no member."""
    with create_vault(tmp_path / "new", PASSPHRASE, CHEAP) as vault, pytest.raises(Malformed):
        become_member(vault, name)


def test_an_empty_vault_has_no_member(tmp_path: Path) -> None:
    """A new vault belongs to nobody yet."""
    with create_vault(tmp_path / "new", PASSPHRASE, CHEAP) as vault, pytest.raises(NotHere):
        member_file(vault)


def test_a_founding_charter_lists_members_in_order(vaults: list[Vault]) -> None:
    """Whoever writes the charter from the same files writes the same bytes."""
    files: list[MemberFile] = [member_file(vault) for vault in vaults]
    plan = Plan("Desk", 2)
    assert draft_charter(SERVER, files, plan, _today) == draft_charter(SERVER, files[::-1], plan, _today)
