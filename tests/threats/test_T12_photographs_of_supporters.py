# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12 and T13 at the server: a supporter's photograph reaches neither its disk nor its log, and nothing of its past becomes public."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.core.keys import random_bytes
from tests.media.corpus import CANARY, photo
from tests.server.campaigns import begin
from tests.server.institution import found
from tests.server.joining import Joining, shown
from tests.threats.disk import lying_in

# Made before anybody listens: the program that makes it tells a log of its own what it writes.
PHOTO = photo()
SENTENCE = "words-of-a-supporter-51c2"


@pytest.fixture
def joining(tmp_path: Path) -> Iterator[Joining]:
    """Somebody before a campaign, at a server on a machine without a temporary folder: whoever needs one fails."""
    known, tempfile.tempdir = tempfile.tempdir, str(tmp_path / "there-is-none")
    here = found(tmp_path / "server")
    yield Joining(begin(here), here.client())
    here.app.state.photographs.close()
    here.parts.store.close()
    tempfile.tempdir = known


def test_neither_photograph_nor_words_lie_on_the_disk(joining: Joining) -> None:
    """After each step the server's folder holds nothing of the file, of the cleaned picture, of the result or of the words."""
    folder, tail = joining.campaign.here.folder, random_bytes(1_500_000)
    file = photo() + tail
    secrets = {"canary": CANARY.encode(), "tail": tail[700_000:700_040], "words": SENTENCE.encode(), "shows": b"shown-to-nobody-9d"}
    cover = joining.post(file, kind="photo", own=SENTENCE)
    steps = [lying_in(folder, secrets | {"cleaned": shown(cover)[2_000:2_040]})]
    result = joining.result(cover, 0, shows="shown-to-nobody-9d")
    sealed = secrets | {"cleaned": shown(cover)[2_000:2_040], "result": shown(result)[2_000:2_040]}
    steps.append(lying_in(folder, sealed))
    joining.send(result)
    steps.append(lying_in(folder, sealed))
    assert (steps, len(joining.names())) == ([[], [], []], 1)


def test_nothing_of_it_is_logged(joining: Joining, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a photograph that works nor one that breaks leaves a word of it in a log."""
    with caplog.at_level("DEBUG"):
        joining.send(joining.result(joining.post(PHOTO, kind="photo", own=SENTENCE)))
        joining.post(PHOTO[:600], kind="photo", own=SENTENCE)
    assert CANARY not in caplog.text and SENTENCE not in caplog.text


def test_no_past_is_in_what_moderators_get(joining: Joining) -> None:
    """The files of the post hold nothing of what the camera wrote, and the camera's notes were shown to the supporter alone."""
    cover = joining.post(photo(), kind="photo")
    joining.send(joining.result(cover))
    assert CANARY in cover.text and not [file for file in joining.only().files if CANARY.encode() in file]
