# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server's settings: one frozen table, read once from settings.toml and from the environment (OMBUDS_NAME).

The environment wins. An unknown setting, a wrong value or a data folder that others can read stops the program with a
sentence (T20); no setting makes anything less safe. It holds no keys: those are files of the data folder, read by
form_key and log_key. See spec/server.md.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ombuds.core.charter import Charter
from ombuds.core.errors import SettingWrong
from ombuds.core.keys import SigningKey
from ombuds.host.files import write_private

PREFIX = "OMBUDS_"
FILE = "settings.toml"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# A random key of 32 bytes has some 30 different ones; a sample key repeats one, or counts up.
FEWEST_BYTES = 16


# What a mail program takes as it is: no space, quotation mark or bracket that could turn one address into two.
ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}@[A-Za-z0-9.-]{1,190}")
MOST_REMINDED = 20


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting of the server: its name, its default and, in `Meta`, what it means."""

    data: Annotated[str, Meta(description="Folder of everything the server keeps; only its owner may enter it.")] = "ombuds-data"
    database: Annotated[str, Meta(description="SQLAlchemy URL of the database; empty means SQLite in the data folder.")] = ""
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port to listen on.")] = 8080
    socket: Annotated[str, Meta(description="Path of a unix socket to listen on instead of host and port.")] = ""
    workers: Annotated[int, Meta(ge=1, le=64, description="Processes that answer requests.")] = 2
    address: Annotated[str, Meta(description="Public address of the desk, for example https://desk.example.")] = ""
    hosts: Annotated[str, Meta(description="Host names that are answered, with commas between them; empty answers all.")] = ""
    largest_upload: Annotated[int, Meta(ge=1, description="Most bytes of one report or message with all its files.")] = 2 * 1024**3
    largest_text: Annotated[int, Meta(ge=1000, le=300_000, description="Most characters of a report's or message's text.")] = 100_000
    most_files: Annotated[int, Meta(ge=1, le=500, description="Most files of one report or message.")] = 300
    most_unowned_parts: Annotated[
        int, Meta(ge=1, description="Most uploaded parts of 4 MiB that no report or message names yet; when more come, the oldest go.")
    ] = 2048
    most_of_a_member: Annotated[
        int, Meta(ge=64 * 1024**2, description="Most bytes that one member may have here: replies with their files, and parts that no reply names yet.")
    ] = 16 * 1024**3
    most_post_bytes: Annotated[
        int, Meta(ge=1, description="Most bytes of campaigns' sealed posts that wait; when more come, those without proof of work go first.")
    ] = 16 * 1024**3
    most_report_bytes: Annotated[
        int, Meta(ge=1, description="Most bytes of sealed reports that nobody has opened; when more come, those without proof of work go first.")
    ] = 32 * 1024**3
    tick_seconds: Annotated[int, Meta(ge=1, description="Seconds between two looks at what is to be released or erased.")] = 60
    release_hours: Annotated[str, Meta(description="Hours (UTC) at which a batch of reports and replies is released, with commas.")] = "5,11,17,23"
    reply_days: Annotated[int, Meta(ge=7, description="Days after which a released reply is erased, give or take some.")] = 30
    unopened_days: Annotated[int, Meta(ge=14, description="Days after which a report that nobody opened is erased.")] = 60
    desks: Annotated[str, Meta(description="Desks of a demonstration on this machine, as NAME:PORT with commas; a demonstration's pages name them.")] = ""
    detection: Annotated[
        bool, Meta(description="Look for faces and writing in supporters' photographs and propose what to cover; needs the extra that make detect installs.")
    ] = False
    security_contact: Annotated[
        str, Meta(description="Whom to tell of a weakness, as mailto:, https: or tel: addresses with commas; empty means no /.well-known/security.txt.")
    ] = ""

    remind: Annotated[
        str, Meta(description="E-mail addresses, with commas, that are reminded to look, the same on every day whatever happened; empty means nobody.")
    ] = ""
    remind_hours: Annotated[str, Meta(description="Hours (UTC) at which they are reminded, with commas.")] = "6"
    mail_server: Annotated[str, Meta(description="Host and port of this machine's own mail program, which takes the reminders.")] = "127.0.0.1:25"

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def database_url(self) -> str:
        """The URL of the database that is used."""
        return self.database or f"sqlite:///{self.folder.absolute() / 'ombuds.db'}"

    @property
    def slots(self) -> tuple[int, ...]:
        """The hours at which batches leave, in order. Raises SettingWrong."""
        return _hours("release_hours", self.release_hours)

    @property
    def reminder_slots(self) -> tuple[int, ...]:
        """The hours at which reminders are sent, in order. Raises SettingWrong."""
        return _hours("remind_hours", self.remind_hours)

    @property
    def reminded(self) -> tuple[str, ...]:
        """The addresses that are reminded. Raises SettingWrong."""
        found = tuple(dict.fromkeys(address.strip() for address in self.remind.split(",") if address.strip()))
        if len(found) > MOST_REMINDED or not all(ADDRESS.fullmatch(address) for address in found):
            raise SettingWrong(f"remind: {MOST_REMINDED} addresses such as anna@example.org at most, with commas")
        return found

    @property
    def mail_place(self) -> tuple[str, int]:
        """Where this machine's mail program listens. Raises SettingWrong."""
        host, _, port = self.mail_server.rpartition(":")
        if host not in LOOPBACK or not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            # No password and no encryption are spoken: another machine is reached by the mail program, not by the desk.
            raise SettingWrong("mail_server: the mail program of this machine, for example 127.0.0.1:25")
        return host, int(port)

    @property
    def security_contacts(self) -> tuple[str, ...]:
        """Whom to tell of a weakness in the site. Raises SettingWrong."""
        contacts = tuple(contact.strip() for contact in self.security_contact.split(",") if contact.strip())
        if any(not contact.isprintable() or " " in contact or urlsplit(contact).scheme not in ("mailto", "https", "tel") for contact in contacts):
            raise SettingWrong("security_contact: addresses that begin with mailto:, https: or tel:, with commas")
        return contacts

    @property
    def desk_places(self) -> tuple[tuple[str, str], ...]:
        """The desks of a demonstration by name and plain address: made of ports alone, so that no way in can stand in one. Raises SettingWrong."""
        places = [place.strip().partition(":") for place in self.desks.split(",") if place.strip()]
        if any(not name.isprintable() or not port.isdecimal() for name, _, port in places):
            raise SettingWrong("desks: for example anna:8001,boris:8002")
        return tuple((name, f"http://127.0.0.1:{int(port)}/") for name, _, port in places)

    @property
    def host_names(self) -> frozenset[str]:
        """The host names that are answered, in lower case; empty answers all."""
        return frozenset(name.strip().lower() for name in self.hosts.split(",") if name.strip())


def _hours(name: str, written: str) -> tuple[int, ...]:
    try:
        hours = sorted({int(hour) for hour in written.split(",")})
    except ValueError:
        raise SettingWrong(f"{name}: whole hours from 0 to 23 with commas") from None
    if not hours or hours[0] < 0 or hours[-1] > 23:
        raise SettingWrong(f"{name}: whole hours from 0 to 23 with commas")
    return tuple(hours)


class Setting(msgspec.Struct, frozen=True):
    """One line of the table of settings."""

    name: str
    variable: str
    default: str | int
    meaning: str


def table() -> Iterator[Setting]:
    """List every setting with its default and its meaning."""
    for field in msgspec.inspect.type_info(Settings).fields:  # type: ignore[attr-defined]
        kind = field.type
        # A bound and a description together make two layers of metadata around the type.
        schema = getattr(kind, "extra_json_schema", None) or {}
        yield Setting(field.name, PREFIX + field.name.upper(), field.default, schema.get("description", ""))


def read_settings(environment: Mapping[str, str] | None = None, chosen: Mapping[str, object] | None = None) -> Settings:
    """Read the settings of this process; what was chosen on the command line wins. Raises SettingWrong, naming the setting."""
    around = os.environ if environment is None else environment
    given: dict[str, object] = {name.removeprefix(PREFIX).lower(): value for name, value in around.items() if name.startswith(PREFIX)}
    given |= chosen or {}
    folder = Path(str(given.get("data", Settings().data)))
    settings = _converted({**_written(folder / FILE), **given})
    settings.slots  # noqa: B018 - a wrong hour stops the start, not the first tick
    settings.security_contacts  # noqa: B018 - and so does a wrong contact
    _ = settings.reminder_slots, settings.reminded, settings.mail_place  # and so does a wrong address or place of mail
    settings.desk_places  # noqa: B018 - and a wrong place of a desk
    return settings


def check_folder(folder: Path) -> None:
    """Check that the data folder is there and that nobody else can enter it. Raises SettingWrong."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        raise SettingWrong("data: there is no such folder; ombuds server init makes it") from None
    if not stat.S_ISDIR(mode):
        raise SettingWrong("data: this is not a folder")
    if mode & 0o077:
        raise SettingWrong("data: others can read this folder; chmod 700 closes it")


def check_address(address: str) -> None:
    """Check that this can be a desk's public address: no path and nothing else behind the host. Raises SettingWrong."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise SettingWrong("address: not an address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or address != f"{parts.scheme}://{parts.netloc}":
        raise SettingWrong("address: for example https://desk.example")


def keep_address(folder: Path, address: str) -> None:
    """Write the public address into settings.toml, unless it stands there. Raises SettingWrong if another one does."""
    check_address(address)
    path = folder / FILE
    known = _written(path).get("address", address)
    if known != address:
        raise SettingWrong(f"address: {FILE} names another one")
    if "address" not in _written(path):
        written = path.read_bytes() if path.exists() else b""
        # In front: behind a table's heading it would be a value of that table.
        write_private(path, f"address = {json.dumps(address)}\n".encode() + written)


def check_reach(settings: Settings, charter: Charter) -> None:
    """Check that a demonstration, whose members' keys lie on one machine, is reached on that machine alone. Raises SettingWrong."""
    if charter.demonstration and not settings.socket and settings.host not in LOOPBACK:
        raise SettingWrong("host: a demonstration is reached on this machine alone, at 127.0.0.1; no people report to it")


def form_key(settings: Settings) -> bytes:
    """Read the key of the forms' checks. Raises SettingWrong."""
    return _key(settings.folder / "form.key")


def log_key(settings: Settings) -> SigningKey:
    """Read the key that signs the ledger's checkpoints. Raises SettingWrong."""
    return SigningKey(_key(settings.folder / "log.key"))


def _key(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise SettingWrong(f"{path.name}: others can read this file; chmod 600 closes it")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise SettingWrong(f"{path.name}: it is missing or damaged; ombuds server init makes it once") from None
    counted = all((after - before) % 256 == 1 for before, after in pairwise(key))
    if len(key) != 32 or len(set(key)) < FEWEST_BYTES or counted:
        raise SettingWrong(f"{path.name}: this is a sample key, not a secret one")
    return key


def _written(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise SettingWrong(f"{path.name}: it cannot be read") from None


def _converted(given: Mapping[str, object]) -> Settings:
    known = {field.name for field in msgspec.structs.fields(Settings)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SettingWrong(f"{unknown[0]}: there is no such setting")
    try:
        # strict=False: the environment knows only text.
        return msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as wrong:
        place = str(wrong).partition("$.")[2].strip("`") or "settings"
        raise SettingWrong(f"{place}: not a possible value") from None
