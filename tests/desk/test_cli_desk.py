# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds desk`` as programs: three vaults, one charter, signatures, joining, and the screens until SIGTERM (T33)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from ombuds.core.encoding import encode
from ombuds.core.keys import SigningKey, random_bytes
from ombuds.desk.founding import become_member
from ombuds.desk.vault import create_vault
from tests.desk.desks import CHEAP

NAMES = ("anna", "boris", "vera")
PASSPHRASE = "a long walk by the river"
Done = subprocess.CompletedProcess[str]


def desk(*words: str, typed: str = PASSPHRASE + "\n") -> Done:
    """Run one command with a line on standard input."""
    return subprocess.run([sys.executable, "-m", "ombuds", "desk", *words], input=typed, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three vaults, their member files, a server's file and a charter that everybody signed; anna has joined."""
    made = tmp_path_factory.mktemp("founding")
    (made / "server.json").write_text(json.dumps({"v": 1, "log_key": _log_key(), "addresses": ["http://127.0.0.1:9"]}))
    for name in NAMES:
        # A vault says in its header what one guess costs: these open quickly, and one test below makes a real one.
        with create_vault(made / name, PASSPHRASE, CHEAP) as vault:
            (made / f"{name}.json").write_bytes(encode(become_member(vault, name)))
    files = [str(made / f"{name}.json") for name in ("server", *NAMES)]
    (made / "charter.json").write_text(desk("found", *files, "--name", "Desk of Examples", "--k", "2", "--language", "en", "--demonstration").stdout)
    (made / "blank.json").write_bytes((made / "charter.json").read_bytes())
    for name in NAMES:
        desk("sign", str(made / "charter.json"), "--vault", str(made / name), "--passphrase-on-stdin")
    desk("join", str(made / "charter.json"), "--vault", str(made / "anna"), "--passphrase-on-stdin")
    return made


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The screens of anna, and the printed address."""
    command = [sys.executable, "-m", "ombuds", "desk", "run", "--vault", str(folder / "anna"), "--port", "0", "--passphrase-on-stdin"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(PASSPHRASE + "\n")
        child.stdin.flush()
        said = json.loads(child.stdout.readline())
        assert said["ready"] is True
        yield child, said["url"]
    finally:
        child.kill()
        child.communicate()


def test_a_vault_is_made_with_a_dear_passphrase(tmp_path: Path) -> None:
    """Init hands over the member's public half, and one guess at the new vault's passphrase costs what it should."""
    made = desk("init", "anna", "--vault", str(tmp_path / "v"), "--passphrase-on-stdin")
    header = json.loads((tmp_path / "v" / "vault.key").read_text())
    assert set(json.loads(made.stdout)) == {"v", "name", "key", "recipient"} and (header["memory"], header["passes"]) == (256 * 1024, 3)


def test_a_vault_is_not_made_twice(folder: Path) -> None:
    """A second init in the same folder is refused with a hint."""
    again = desk("init", "anna", "--vault", str(folder / "anna"), "--passphrase-on-stdin")
    assert again.returncode == 1 and "hint:" in again.stderr


def test_a_wrong_name_leaves_nothing_behind(tmp_path: Path) -> None:
    """A name that the charter would refuse is refused before a vault is made."""
    assert desk("init", "Anna!", "--vault", str(tmp_path / "v"), "--passphrase-on-stdin").returncode == 1 and not (tmp_path / "v").exists()


def test_a_desk_of_one_is_refused(folder: Path) -> None:
    """A charter with k of one is not written."""
    files = [str(folder / f"{name}.json") for name in ("server", *NAMES)]
    refused = desk("found", *files, "--name", "Desk", "--k", "1")
    assert refused.returncode == 1 and refused.stdout == ""


def test_founding_needs_the_servers_file(folder: Path) -> None:
    """Member files alone make no charter."""
    assert "the server's file" in desk("found", *[str(folder / f"{name}.json") for name in NAMES], "--name", "Desk").stderr


def test_who_signs_reads_what_is_signed(folder: Path, tmp_path: Path) -> None:
    """Signing shows the desk's name, every member and the numbers that must agree."""
    charter = tmp_path / "charter.json"
    charter.write_bytes((folder / "blank.json").read_bytes())
    shown = desk("sign", str(charter), "--vault", str(folder / "vera"), "--passphrase-on-stdin").stderr
    assert all(word in shown for word in ("Desk of Examples", "a demonstration", "member: boris", "open 2", "signed by: nobody yet"))


def test_signing_says_who_is_missing(folder: Path, tmp_path: Path) -> None:
    """After signing, standard output names who signed and who did not."""
    charter = tmp_path / "charter.json"
    charter.write_bytes((folder / "blank.json").read_bytes())
    said = json.loads(desk("sign", str(charter), "--vault", str(folder / "vera"), "--passphrase-on-stdin").stdout)
    assert said == {"signed": ["vera"], "missing": ["anna", "boris"]}


def test_a_charter_that_not_everybody_signed_is_not_joined(folder: Path) -> None:
    """A vault does not join by a charter that lacks signatures."""
    assert desk("join", str(folder / "blank.json"), "--vault", str(folder / "boris"), "--passphrase-on-stdin").returncode == 1


def test_joining_prints_the_fingerprint(folder: Path) -> None:
    """Joining prints thirty digits in six groups."""
    digits = desk("join", str(folder / "charter.json"), "--vault", str(folder / "vera"), "--passphrase-on-stdin").stdout.split()
    assert [len(group) for group in digits] == [5] * 6 and "".join(digits).isdigit()


def test_a_wrong_passphrase_opens_nothing(folder: Path) -> None:
    """Run with a wrong passphrase ends with the sentence and prints no address."""
    refused = desk("run", "--vault", str(folder / "anna"), "--port", "0", "--passphrase-on-stdin", typed="guess\n")
    assert (refused.returncode, refused.stdout) == (1, "") and "the passphrase does not open this vault" in refused.stderr


def test_without_a_terminal_the_passphrase_is_not_guessed(folder: Path) -> None:
    """Without a terminal and without the option nothing is read."""
    refused = desk("run", "--vault", str(folder / "anna"), "--port", "0")
    assert refused.returncode == 1 and "--passphrase-on-stdin" in refused.stderr


def test_a_missing_vault_is_told(tmp_path: Path) -> None:
    """Run without a vault says how to make one."""
    assert "ombuds desk init" in desk("run", "--vault", str(tmp_path / "none"), "--passphrase-on-stdin").stderr


def test_the_printed_address_leads_in(folder: Path) -> None:
    """The printed address opens Today, although the server of the desk is silent."""
    with running(folder) as (_, address), httpx2.Client(trust_env=False, follow_redirects=True, timeout=30) as client:
        assert "<h1>Today</h1>" in client.get(address).text


def test_no_secret_stands_on_the_command_line(folder: Path) -> None:
    """Neither the passphrase nor the token can be read from the list of programs or from the environment."""
    with running(folder) as (child, address):
        listed = Path(f"/proc/{child.pid}/cmdline").read_bytes() + Path(f"/proc/{child.pid}/environ").read_bytes()
        assert PASSPHRASE.encode() not in listed and address.partition("token=")[2].encode() not in listed


def test_only_this_machine_reaches_the_desk(folder: Path) -> None:
    """The desk listens on loopback and on no other address."""
    with running(folder) as (_, address):
        port = int(address.split(":")[2].split("/")[0])
        lines = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        assert {line[1] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"} == {f"0100007F:{port:04X}"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(folder: Path, number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C end the desk with status 0 and a closed vault."""
    with running(folder) as (child, _):
        child.send_signal(number)
        assert child.wait(20) == 0 and not list((folder / "anna").glob("*-journal")) and not list((folder / "anna").glob("*-wal"))


def test_a_taken_port_is_told(folder: Path) -> None:
    """A second desk on the same port is refused and names the port."""
    with running(folder) as (_, address):
        port = address.split(":")[2].split("/")[0]
        assert f"another program has port {port}" in desk("run", "--vault", str(folder / "vera"), "--port", port, "--passphrase-on-stdin").stderr


def test_a_taken_vault_is_told(folder: Path) -> None:
    """A second desk over a vault that is open is refused, says so, and leaves the first one working."""
    with running(folder) as (_, address), httpx2.Client(trust_env=False, follow_redirects=True, timeout=30) as client:
        refused = desk("run", "--vault", str(folder / "anna"), "--port", "0", "--passphrase-on-stdin")
        assert (refused.returncode, refused.stdout) == (1, "") and "another desk has this vault open" in refused.stderr.lower()
        assert client.get(address).status_code == 200


def _log_key() -> str:
    return SigningKey(random_bytes(32)).public.text
