# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk and a server of different versions: what the server does not know is told plainly, and everything else goes on."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from ombuds.core.errors import NotHere, RemoteRefused
from ombuds.desk.fetch import sync
from ombuds.desk.log import read_case
from ombuds.desk.refusals import OTHER_VERSION
from tests.desk.desks import World, opened
from tests.desk.screens import browser_at


def _without(world: World, path: str) -> None:
    """Let the server be one that has no such call yet."""
    client = world["anna"].remote._client
    app = client.app  # type: ignore[attr-defined]
    assert isinstance(app, Starlette)
    before = len(app.router.routes)
    app.router.routes[:] = [route for route in app.router.routes if not (isinstance(route, Route) and route.path == path)]
    assert len(app.router.routes) < before


def test_a_call_that_the_server_does_not_know_is_told(world: World) -> None:
    """A call that an older server does not have is refused with what is wrong, and not as a thing that is not there."""
    _without(world, "/api/members/cases")
    with pytest.raises(RemoteRefused) as told:
        world["anna"].remote.cases()
    assert told.value.help == OTHER_VERSION


def test_a_thing_that_is_not_there_is_no_other_version(world: World) -> None:
    """What a server knows to ask for and does not have is told as before."""
    with pytest.raises(NotHere):
        world["anna"].remote.content("0" * 32, 1)


def test_the_rest_of_a_look_goes_on(world: World) -> None:
    """When one call is unknown, the look names it and does everything else."""
    source = world.source()
    case = opened(world, source)
    _without(world, "/api/members/proposals")
    source.writes("Are you there?")
    world.release()
    found = sync(world["anna"])
    said = [line.message.text for line in read_case(world["anna"], case).said]
    assert ([trouble.where for trouble in found.troubles], [trouble.error.help for trouble in found.troubles]) == (["proposals"], [OTHER_VERSION])
    assert "Are you there?" in said


def test_a_screen_says_it(world: World) -> None:
    """A reply to a server that does not know how to take one is given back in its field, under the sentence that says why."""
    case = opened(world, world.source())
    _without(world, "/api/members/cases/{case}/replies")
    browser = browser_at(world, world["anna"])
    page = browser.client.post(f"/cases/{case}/reply", data={"token": browser.mark(), "text": "Do not lose me."}, files=[("files", ("", b"", ""))])
    assert OTHER_VERSION in page.text and "Do not lose me.</textarea>" in page.text
