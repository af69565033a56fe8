# SPDX-License-Identifier: AGPL-3.0-or-later
"""Covering more of a photograph on the screen: squares to tick, the result as it would become public, and accepting exactly that.

What other members cover is ticked already, so that two easily come to the same squares. Nothing is ruled before the result was
seen; while the server is silent, the page comes back with it. It makes no picture: the cells do. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace
from starlette.responses import Response

from ombuds.core.errors import NotHere, OrderWrong, RemoteSilent
from ombuds.core.grid import ACROSS, MOST_DOWN, down, squares_in
from ombuds.core.posts import PostPicture
from ombuds.desk.campaign.agreeing import Squares, offered_squares
from ombuds.desk.campaign.campaigns import Campaign
from ombuds.desk.campaign.covers import covering
from ombuds.desk.campaign.moderating import Decision, rule
from ombuds.desk.campaign.spotting import Spotted, can_look, spot
from ombuds.desk.pages.answers import go
from ombuds.desk.pages.deciding import onward
from ombuds.desk.pages.moderate import NOT_YOURS, checked, refused, with_rulings
from ombuds.desk.pages.tiles import SIZES, jpeg, listed, spelled, tile_of, with_pictures
from ombuds.desk.pages.visit import Visit, mistake
from ombuds.desk.postbox import PostLine
from ombuds.pages.desk_campaigns import CoverView
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

UNTICKED = Trouble(sentence=mark("No square was ticked."), help=mark("Tick what must not be seen, or accept the photograph as its supporter confirmed it."))
CANNOT = mark("Ask for another picture, or leave the post to a member whose machine can cover it.")
NO_PART = Trouble(sentence=mark("This is no part of the photograph."), help=mark("Rows are counted from above, columns from the left, and both begin with 1."))
BY_HAND = mark("Tick what must not be seen yourself; everything else works as before.")
ACCEPTED = mark("You accepted it so. When another member accepts exactly the same squares, it goes with the next batch.")


class _Photograph(NamedTuple):
    """A photograph that waits, on one visit."""

    visit: Visit
    found: Campaign
    line: PostLine
    shape: PostPicture

    def squares_in(self, squares: Iterable[int]) -> Squares:
        """Return those of some squares that this photograph has."""
        return squares_in(squares, self.shape.width, self.shape.height)

    @property
    def ticked(self) -> Squares:
        """The squares that the form names, one by one or in one field."""
        form = self.visit.form
        return self.squares_in(listed(".".join((*form.all("square"), form.one("squares")))))


def show(visit: Visit) -> Response:
    """Show the squares of a photograph that waits, with those ticked that other members cover. Raises NotHere, OrderWrong."""
    found = checked(visit)
    if found is None:
        return refused(visit)
    one = _photograph(visit, found)
    return _page(one, offered_squares(visit.desk, found.id, one.line))


def work(visit: Visit) -> Response:
    """Tick a part, look for faces and writing, show the result, or accept exactly what was shown. Raises NotHere, OrderWrong."""
    found = checked(visit)
    if found is None:
        return mistake(visit, NOT_YOURS.sentence)
    one, do = _photograph(visit, found), visit.form.one("do")
    if do == "part":
        part = _part(one)
        return _page(one, one.squares_in((*one.ticked, *part)), trouble=None if part else NO_PART)
    if do == "look":
        return _looked(one)
    if do not in ("accept", "plain") or (do == "accept" and not one.ticked):
        return _result(one)
    try:
        rule(visit.desk, found.id, [Decision(one.line.id, "accept", "", one.ticked if do == "accept" else ())])
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return _result(one, Trouble.of(silent))
    visit.say(ACCEPTED if do == "accept" else mark("You accepted the photograph as its supporter confirmed it. Until the next batch you can change it."))
    return go(onward(visit, found, "onward"))


def again(visit: Visit) -> Response:
    """Show what was ticked on a desk that had locked itself; nothing was signed. Raises NotHere, OrderWrong."""
    found = checked(visit)
    if found is None:
        return go("/campaigns")
    one = _photograph(visit, found)
    return _page(one, one.ticked)


def picture(visit: Visit) -> Response:
    """Answer with a photograph as it would become public with some squares covered. Raises NotHere, OrderWrong."""
    names = visit.names
    if not visit.desk.may("moderate"):
        raise NotHere("there is no such picture")
    line = visit.desk.vault.posts.line(names["campaign"], names["post"])
    shape = line.post.picture if line.post is not None else None
    squares = squares_in(listed(names["squares"]), shape.width, shape.height) if shape else ()
    if names["size"] not in SIZES or not squares:
        raise NotHere("there is no such picture")
    with covering(visit.desk) as lent:
        return jpeg(lent.covered(names["campaign"], line.id, squares).files[SIZES.index(names["size"])])


def _photograph(visit: Visit, found: Campaign) -> _Photograph:
    line = visit.desk.vault.posts.line(found.id, visit.names["post"])
    if line.post is None:
        raise NotHere("this post is settled")
    if line.post.picture is None:
        raise NotHere("there is no such picture")
    if line.mine:
        raise OrderWrong("nobody rules over a post of their own")
    return _Photograph(visit, found, line, line.post.picture)


def _part(one: _Photograph) -> Squares:
    rows, columns = (_span(one.visit, "row", MOST_DOWN), _span(one.visit, "column", ACROSS))
    return one.squares_in(row * ACROSS + column for row in rows for column in columns)


def _span(visit: Visit, name: str, most: int) -> range:
    known = {str(number): number for number in range(1, most + 1)}
    first, last = (known.get(visit.form.one(f"{name}-{end}").strip(), 0) for end in ("from", "to"))
    return range(first - 1, last or first) if first else range(0)


def _result(one: _Photograph, trouble: Trouble | None = None) -> Response:
    """Show the photograph as it would become public, or say why it cannot be shown."""
    visit, subject, post = one.visit, one.found.id, one.line.id
    if not one.ticked:
        return _page(one, (), trouble=trouble or UNTICKED)
    try:
        with covering(visit.desk) as lent:
            lent.covered(subject, post, one.ticked)
    except OrderWrong as wrong:
        return _page(one, one.ticked, trouble=Trouble(sentence=wrong.detail, help=CANNOT))
    return _page(one, one.ticked, f"/campaigns/{subject}/posts/{post}/covered/{spelled(one.ticked)}/large.jpg", trouble)


def _looked(one: _Photograph) -> Response:
    """Tick the squares that touch what may be a face or writing, beside those that were ticked; or say why nobody could look."""
    try:
        found = spot(one.visit.desk, one.found.id, one.line.id)
    except OrderWrong as wrong:
        return _page(one, one.ticked, trouble=Trouble(sentence=wrong.detail, help=BY_HAND))
    return _page(one, one.squares_in((*one.ticked, *found.squares)), spotted=found)


def _page(one: _Photograph, squares: Squares, result: str = "", trouble: Trouble | None = None, spotted: Spotted | None = None) -> Response:
    visit, found, line = one.visit, one.found, one.line
    shown = tile_of(line, found, visit.room.language, large=True)
    if shown is None:
        raise NotHere("this post is settled")
    view = CoverView(
        action=f"/campaigns/{found.id}/posts/{line.id}/cover",
        onward=onward(visit, found, "onward"),
        tile=with_rulings(visit, found.id, shown),
        across=ACROSS,
        down=down(one.shape.width, one.shape.height),
        squares=squares,
        listed=spelled(squares),
        offered=len(offered_squares(visit.desk, found.id, line)),
        result=result,
        looks=can_look(),
        trouble=trouble,
    )
    if spotted is not None:
        view = replace(view, looked=True, faces=spotted.faces, writing=len(spotted.seen) - spotted.faces)
    return with_pictures(visit.room.renderer.cover(visit.shell("/campaigns"), view), 400 if trouble else 200)
