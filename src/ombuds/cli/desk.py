# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds desk``: make a vault, found a desk together, sign and join it, and run the screens.

A passphrase is typed at a terminal or read from standard input, and a token is only printed: neither ever stands on a
command line, where every program of the machine could read it (T33). See spec/cli.md.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from ombuds.cli.desk_screens import serve
from ombuds.core.charter import Charter, fingerprint
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, signers
from ombuds.core.errors import Malformed, NotHere, OrderWrong, SettingWrong, VaultLocked
from ombuds.core.keys import MemberName
from ombuds.core.posts import judges
from ombuds.desk import founding
from ombuds.desk.config import DeskSettings, read_desk_settings
from ombuds.desk.vault import Vault, create_vault, open_vault
from ombuds.desk.vaultfile import Stretch
from ombuds.host.clock import today
from ombuds.host.files import write_private

app = typer.Typer(help="A member's own desk: make it, found or join, and run its screens.", no_args_is_help=True, rich_markup_mode=None)

Where = Annotated[Path | None, typer.Option("--vault", help="Folder of the vault; otherwise OMBUDS_DESK_VAULT.")]
Stdin = Annotated[bool, typer.Option("--passphrase-on-stdin", help="Read the passphrase as one line from standard input.")]
File = Annotated[Path, typer.Argument(help="The charter file.")]


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Your name in the charter: a pseudonym in small letters, digits and dashes.")],
    vault: Where = None,
    passphrase_on_stdin: Stdin = False,
    out: Annotated[Path | None, typer.Option(help="Write the member file here instead of printing it.")] = None,
) -> None:
    """Make a vault and your keys, and print the file to hand to whoever writes the charter."""
    folder = _settings(vault).folder
    try:
        # Before the vault is made, so that a wrong name leaves nothing behind.
        msgspec.convert(name, MemberName)
    except msgspec.ValidationError:
        raise SettingWrong("name: small letters, digits and dashes, a letter first, 32 at most") from None
    with create_vault(folder, _passphrase(passphrase_on_stdin, twice=True), Stretch()) as made:
        public = encode(founding.become_member(made, name))
    _give(public, out)
    typer.echo(f"ombuds: your vault is in {folder}; without its passphrase nobody can open it, and nobody can replace it", err=True)


@app.command()
def found(
    files: Annotated[list[Path], typer.Argument(help="The server's file and every member's file, in any order.")],
    name: Annotated[str, typer.Option(help="The desk's name, as readers will see it.")],
    k: Annotated[int, typer.Option("--k", help="How many members must agree to open or to publish.")] = 2,
    language: Annotated[list[str] | None, typer.Option(help="A language of the desk; give it again for more. English and Russian if not given.")] = None,
    demonstration: Annotated[bool, typer.Option("--demonstration", help="Say in the charter that everything here is invented.")] = False,
) -> None:
    """Write the founding charter and print it, for every member to sign."""
    server, members = _sorted(files)
    plan = founding.Plan(name, k, tuple(language or ("en", "ru")), (), demonstration)
    _give(encode(founding.begin_charter(founding.draft_charter(server, members, plan, today))), None)
    typer.echo("ombuds: now every member signs this file: ombuds desk sign", err=True)


@app.command()
def sign(charter: File, vault: Where = None, passphrase_on_stdin: Stdin = False) -> None:
    """Show what a charter says, and write your signature into its file."""
    content = _read(charter)
    envelope, said = founding.read_charter(content)
    for line in charter_lines(envelope, said):
        typer.echo(line, err=True)
    with _opened(vault, passphrase_on_stdin) as mine:
        signed = founding.sign_charter_file(mine, content)
    write_private(charter, encode(signed))
    agreed = _signed_by(signed, said)
    typer.echo(json.dumps({"signed": list(agreed), "missing": [one.name for one in said.members if one.name not in agreed]}))


@app.command()
def join(
    charter: File,
    server: Annotated[str, typer.Option(help="The server's address, if not the first one that the charter names.")] = "",
    vault: Where = None,
    passphrase_on_stdin: Stdin = False,
) -> None:
    """Join the desk of a charter that everybody signed, and print its fingerprint to compare with the others."""
    content = _read(charter)
    with _opened(vault, passphrase_on_stdin) as mine:
        joined = founding.join(mine, content, server)
    typer.echo(joined.fingerprint)
    typer.echo("ombuds: compare these digits with the other members, by voice or on paper, before you go on", err=True)


@app.command()
def run(
    vault: Where = None,
    port: Annotated[int | None, typer.Option(help="Port of the screens on this machine; 0 takes a free one.")] = None,
    passphrase_on_stdin: Stdin = False,
) -> None:
    """Open your desk in the browser of this machine until Ctrl-C."""
    settings = _settings(vault, port)
    if not settings.folder.is_dir():
        raise NotHere(f"no vault in {settings.folder}; make one with: ombuds desk init")
    serve(settings.folder, _passphrase(passphrase_on_stdin), settings)


def charter_lines(envelope: Envelope, said: Charter) -> list[str]:
    """Return what a charter says, a line each, for a member who is about to sign it."""
    needed = said.thresholds
    return [
        f"desk: {said.name}" + (" (a demonstration: everything in it is invented)" if said.demonstration else ""),
        f"version: {said.version}, until {said.expires.isoformat()}",
        f"languages: {', '.join(said.languages)}",
        f"addresses: {', '.join(said.addresses) or 'none'}",
        *(f"member: {one.name}  {fingerprint(one.key)}" for one in said.members),
        f"members needed: open {needed.open}, publish {needed.publish}, takedown {needed.takedown}, destroy {needed.destroy}, "
        f"moderate {judges(needed.moderate)}, charter {needed.charter}",
        f"signed by: {', '.join(_signed_by(envelope, said)) or 'nobody yet'}",
        f"fingerprint: {fingerprint(envelope.hash)}",
    ]


def _signed_by(envelope: Envelope, said: Charter) -> tuple[str, ...]:
    return signers(envelope, envelope.payloadType, said.keys())


def _settings(vault: Path | None, port: int | None = None) -> DeskSettings:
    settings = read_desk_settings()
    if vault is not None:
        settings = msgspec.structs.replace(settings, vault=str(vault))
    if port is None:
        return settings
    if not 0 <= port <= 65535:
        raise SettingWrong("port: not a possible value")
    return msgspec.structs.replace(settings, port=port)


def _opened(vault: Path | None, on_stdin: bool) -> Vault:
    return open_vault(_settings(vault).folder, _passphrase(on_stdin))


def _passphrase(on_stdin: bool, twice: bool = False) -> str:
    if on_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise SettingWrong("no terminal to type the passphrase at; give it as one line with --passphrase-on-stdin")
    typed: str = typer.prompt("Passphrase", hide_input=True, err=True)
    if twice and typed != typer.prompt("The same again", hide_input=True, err=True):
        raise VaultLocked("the two passphrases are not the same; nothing was made")
    return typed


def _sorted(files: list[Path]) -> tuple[founding.ServerFile, list[founding.MemberFile]]:
    """Tell the server's file from the members' by what is in them."""
    servers, members = [], []
    for file in files:
        content = _read(file)
        with suppress(Malformed):
            servers.append(founding.read_server_file(content))
            continue
        members.append(founding.read_member_file(content))
    if len(servers) != 1:
        raise OrderWrong("give the server's file, once, beside the members'")
    return servers[0], members


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise NotHere(f"no file {file}") from None


def _give(content: bytes, out: Path | None) -> None:
    if out is None:
        typer.echo(content.decode())
    else:
        write_private(out, content + b"\n")
