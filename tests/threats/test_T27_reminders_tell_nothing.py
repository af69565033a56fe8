# SPDX-License-Identifier: AGPL-3.0-or-later
"""T27: a reminder by e-mail is the same on a day full of reports and on an empty one, and a mail program that fails stops nothing."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BufferedRWPair
from threading import Thread

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import SettingWrong
from ombuds.pages.languages import load
from ombuds.server import tick
from ombuds.server.config import Settings
from ombuds.server.http.parts import Parts
from ombuds.server.notices import notice
from tests.desk.desks import TODAY, opened
from tests.world import World

ADDRESSES = ("anna@example.org", "boris@example.org")
LANGUAGES = tuple(load().values())
VARIES = re.compile(rb"^(Date|To|Message-ID): [^\r\n]*\r\n", re.MULTILINE)


@dataclass
class Sink:
    """A mail program on this machine that keeps what it is told, byte for byte."""

    door: socket.socket
    refuses: bool = False
    lines: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.door.getsockname()[1]}"

    def serve(self) -> None:
        """Take one message after another until the door is shut."""
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as spoken:
                self._talk(spoken)

    def _talk(self, spoken: BufferedRWPair) -> None:
        _say(spoken, b"220 sink\r\n")
        while said := spoken.readline():
            self.lines.append(said)
            word = said[:4].upper()
            if word == b"DATA":
                _say(spoken, b"354 go on\r\n")
                self.messages.append(b"".join(iter(spoken.readline, b".\r\n")))
            refused = word == b"RCPT" and self.refuses
            _say(spoken, b"550 no such person anna@example.org\r\n" if refused else {b"QUIT": b"221 bye\r\n"}.get(word, b"250 yes\r\n"))


def _say(spoken: BufferedRWPair, line: bytes) -> None:
    spoken.write(line)
    spoken.flush()


@contextmanager
def listening(refuses: bool = False) -> Iterator[Sink]:
    """Run a sink."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        sink = Sink(door, refuses)
        thread = Thread(target=sink.serve, daemon=True)
        thread.start()
        yield sink
        door.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail program on loopback."""
    with listening() as one:
        yield one


def _reminding(world: World, place: str) -> Parts:
    """The server as it is with two addresses to remind."""
    chosen = {"remind": ", ".join(ADDRESSES), "remind_hours": "6,18", "mail_server": place}
    return replace(world.parts, settings=msgspec.structs.replace(world.parts.settings, **chosen))


def test_a_full_day_looks_like_an_empty_one(world: World, sink: Sink) -> None:
    """Whether nothing came or reports, a case, a message and a reply did, every byte said to the mail program is the same."""
    parts = _reminding(world, sink.place)
    tick.run(parts, 6)
    empty = [*sink.lines, *sink.messages]
    source = world.source()
    case = opened(world, source)
    source.writes("there is more", [("scan.bin", b"x" * 5000)])
    world.sync()
    source.reports("another one")
    sink.lines.clear()
    sink.messages.clear()
    tick.run(replace(parts, clock=lambda: TODAY + timedelta(days=1)), 6)
    full = [*sink.lines, *sink.messages]
    assert ([VARIES.sub(b"", each) for each in empty], len(empty), case != "") == ([VARIES.sub(b"", each) for each in full], len(full), True)


def test_each_address_gets_one_at_each_hour(world: World, sink: Sink) -> None:
    """However often the clockwork runs, and at whatever hour, an address gets one reminder at each of its hours."""
    parts = _reminding(world, sink.place)
    for hour in (5, 6, 6, 7, 18, 18, 23):
        tick.run(parts, hour)
    assert len(sink.messages) == 2 * len(ADDRESSES)


def test_it_comes_when_nothing_waits(world: World, sink: Sink) -> None:
    """With nothing at all at the desk the reminder is sent, so that its coming tells nothing."""
    tick.run(_reminding(world, sink.place), 6)
    assert len(sink.messages) == len(ADDRESSES)


def test_nothing_of_the_machine_or_the_desk_is_said(world: World, sink: Sink) -> None:
    """Neither the machine's name nor the desk's name, address or members' names are said to the mail program."""
    tick.run(_reminding(world, sink.place), 6)
    said = b"".join([*sink.lines, *sink.messages]).replace(b"anna@example.org", b"").replace(b"boris@example.org", b"").lower()
    tells = (socket.gethostname(), "desk of examples", "127.0.0.1:8080", "http", "ombuds", "anna", "boris", "vera")
    assert [each for each in tells if each.lower().encode() in said] == []


def test_nobody_can_answer(world: World, sink: Sink) -> None:
    """The envelope has no sender, and the message names one at a place that there cannot be."""
    tick.run(_reminding(world, sink.place), 6)
    senders = {said.upper() for said in sink.lines if said.upper().startswith(b"MAIL")}
    named = {b"From: nobody@reminder.invalid\r\n" in each for each in sink.messages}
    assert (senders, named) == ({b"MAIL FROM:<>\r\n"}, {True})


@given(st.sampled_from(ADDRESSES), st.dates(), st.integers(0, 23))
def test_only_day_hour_and_address_make_a_message(to: str, day: date, hour: int) -> None:
    """Of two messages everything is equal but the lines for the day and hour, the address, and the name made of these."""
    made, other = notice(to, LANGUAGES, day, hour), notice("somebody@example.org", LANGUAGES, TODAY, 0)
    assert (VARIES.sub(b"", made), len(VARIES.findall(made))) == (VARIES.sub(b"", other), 3)


@given(st.dates(), st.integers(0, 23))
def test_the_hour_is_whole(day: date, hour: int) -> None:
    """The day and hour of a message have no minute and no second of their own."""
    assert f" {hour:02d}:00:00 +0000\r\n".encode() in notice(ADDRESSES[0], LANGUAGES, day, hour)


def test_a_mail_program_that_is_gone_stops_nothing(world: World) -> None:
    """Where no mail program listens, reports are released all the same, and nothing is tried again at another hour."""
    with listening() as gone:
        place = gone.place
    world.source().reports("beaten in custody")
    assert tick.run(_reminding(world, place), 6).reminded == 0


def test_a_refusal_is_logged_without_an_address(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """What a mail program says when it refuses, with the address in it, does not come into the log."""
    with listening(refuses=True) as sink, caplog.at_level(logging.DEBUG):
        tick.run(_reminding(world, sink.place), 6)
    assert ("a reminder was not sent: NotSent" in caplog.text, "example.org" in caplog.text) == (True, False)


TOO_MANY = ",".join(f"a{each}@b" for each in range(21))


@pytest.mark.parametrize("value", ["anna", "anna@example.org\r\nBcc: x@example.org", "<a@b>", "a b@example.org", "-x@example.org", TOO_MANY])
def test_what_is_no_address_stops_the_start(value: str) -> None:
    """An address that a mail program could read as something else is refused."""
    with pytest.raises(SettingWrong, match="remind"):
        assert Settings(remind=value).reminded


@pytest.mark.parametrize("value", ["mail.example.org:25", "127.0.0.1", "127.0.0.1:0", ":25"])
def test_another_machine_is_told_nothing(value: str) -> None:
    """Reminders are handed to this machine's own mail program and to no other."""
    with pytest.raises(SettingWrong, match="mail_server"):
        assert Settings(mail_server=value).mail_place
