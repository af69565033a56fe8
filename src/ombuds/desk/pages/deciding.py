# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rulings from a page of posts: read from its form, shown once more where they keep something out, then signed in one bundle.

One form stands for a whole page; what is left as it is stays as it is. "Accept all that are left" takes only drawn badges with
an offered sentence, but for pictures that look alike and were looked at together. Nothing is lost while the server is silent:
the page that asks once more comes back with all of it. A page that lacks a reason comes back too, with its choices. See spec/desk.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, cast

from msgspec.structs import replace
from starlette.responses import Response

from ombuds.core.campaign import ASKED
from ombuds.core.errors import RemoteSilent
from ombuds.core.keys import Id
from ombuds.core.posts import Ruling, WhyNot
from ombuds.desk.campaign.campaigns import Campaign
from ombuds.desk.campaign.moderating import Decision, claim, rule
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.forms import Form
from ombuds.desk.pages.moderate import NAME, NOT_YOURS, REASONS, checked, tiles_of, title_of, with_rulings
from ombuds.desk.pages.tiles import is_easy, listed, spelled, with_pictures
from ombuds.desk.pages.visit import Visit, mistake
from ombuds.pages.desk_campaigns import PostsView, PostTile
from ombuds.pages.desk_values import Fact, Field, SmallForm
from ombuds.pages.labels import RULINGS, WHYNOT
from ombuds.pages.languages import counted, mark
from ombuds.pages.values import Sentence, Trouble

DOES = {"accept": mark("Accept"), "quarantine": mark("Hold it back")}
COVERED = mark("Accept, with squares covered as shown")
MINE, LEFT = "mine", ("accept-left", "reject-left")
MOST = 200
KEPT = mark("Nothing was ruled yet. What you chose stands below as you chose it.")


class Chosen(NamedTuple):
    """What a form says of the posts of its page: rulings, and those that are the member's own."""

    rulings: tuple[Decision, ...]
    mine: tuple[Id, ...]


def decide(visit: Visit) -> Response:
    """Rule over the posts of a page, after asking once more where posts are kept out. Raises NotHere, OrderWrong."""
    found = checked(visit)
    if found is None:
        return mistake(visit, NOT_YOURS.sentence)
    chosen = _chosen(visit, found)
    if _lacking(visit, found, chosen):
        return _back(visit, found, chosen)
    kept_out = any(each.ruling != "accept" for each in chosen.rulings)
    if (kept_out or chosen.mine or visit.form.one("do") in LEFT) and visit.form.one("sure") != "yes":
        return _ask(visit, found, chosen)
    try:
        return _signed(visit, found, chosen)
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return _ask(visit, found, chosen, silent)


def again(visit: Visit) -> Response:
    """Show what was chosen on a desk that had locked itself; nothing was signed. Raises NotHere."""
    found = checked(visit)
    if found is None:
        return go("/campaigns")
    chosen = _chosen(visit, found)
    return _back(visit, found, chosen) if _lacking(visit, found, chosen) else _ask(visit, found, chosen)


def _signed(visit: Visit, found: Campaign, chosen: Chosen) -> Response:
    for post in chosen.mine:
        claim(visit.desk, found.id, post)
    if chosen.rulings:
        rule(visit.desk, found.id, chosen.rulings)
    done = counted(
        "You ruled over %(num)s post. Until the next batch you can change it.",
        "You ruled over %(num)s posts. Until the next batch you can change it.",
        len(chosen.rulings),
    )
    visit.room.say(done if chosen.rulings else Sentence(text=mark("These posts are left to the others.")))
    return go(onward(visit, found, "onward"))


def _chosen(visit: Visit, found: Campaign) -> Chosen:
    form, left = visit.form, visit.form.one("do")
    rulings: list[Decision] = []
    mine: list[Id] = []
    for post in _shown(form):
        word = form.one(f"do-{post}") or (_left(visit, found, post) if left in LEFT else "")
        if word == MINE:
            mine.append(post)
        elif word in RULINGS:
            reason = (form.one(f"why-{post}") or form.one("reason")) if word == "reject" else ""
            squares = listed(form.one(f"squares-{post}")) if word == "accept" else ()
            rulings.append(Decision(post, cast(Ruling, word), cast(WhyNot, reason), squares))
    return Chosen(tuple(rulings), tuple(mine))


def _shown(form: Form) -> Sequence[Id]:
    return tuple(dict.fromkeys(name for name in form.all("shown")[:MOST] if NAME.fullmatch(name)))


def _left(visit: Visit, found: Campaign, post: Id) -> str:
    if visit.form.one("do") == "reject-left":
        return "reject"
    known = visit.desk.vault.posts.line(found.id, post).post
    together = visit.form.one("kind") == "alike"
    return "accept" if known is not None and (together or is_easy(known, found)) else ""


def _lacking(visit: Visit, found: Campaign, chosen: Chosen) -> str:
    if any(_unpressed(visit.form, post) for post in _shown(visit.form)):
        return mark("A reason was chosen at a post, but not Reject.")
    if not chosen.rulings and not chosen.mine:
        return mark("No post was chosen.")
    if any(each.ruling == "reject" and each.reason not in WHYNOT for each in chosen.rulings):
        return mark("A rejection needs a reason.")
    if any(each.reason == ASKED and _has_no_picture(visit, found, each.post) for each in chosen.rulings):
        return mark("A drawn badge has no picture: choose another reason for it.")
    return ""


def _unpressed(form: Form, post: Id) -> bool:
    """Say whether a reason was chosen for a post and nothing else: who did so wanted to reject it."""
    return form.one("do") != "reject-left" and form.one(f"why-{post}") in WHYNOT and not form.one(f"do-{post}")


def _has_no_picture(visit: Visit, found: Campaign, post: Id) -> bool:
    known = visit.desk.vault.posts.line(found.id, post).post
    return known is not None and known.picture is None


def _back(visit: Visit, found: Campaign, chosen: Chosen) -> Response:
    """Show the same posts with what was chosen, and mark those that lack a reason. Raises NotHere."""
    form, box = visit.form, visit.desk.vault.posts
    kind = next((word for word in ("alike", "ruled") if word == form.one("kind")), "queue")
    lines = (box.line(found.id, post) for post in _shown(form))
    tiles = tuple(with_rulings(visit, found.id, _marked(form, tile)) for tile in tiles_of(visit, found, lines))
    view = PostsView(
        kind=kind,
        title=title_of(found, visit.room.language),
        action=f"/campaigns/{found.id}/rule",
        back=f"/campaigns/{found.id}",
        here=onward(visit, found, "here"),
        onward=onward(visit, found, "onward"),
        tiles=tiles,
        total=box.counts(found.id)["mine to do"],
        many=len(tiles),
        easy=sum(tile.easy for tile in tiles),
        reasons=REASONS,
        lacks=form.one("do") == "reject-left" and form.one("reason") not in WHYNOT,
        trouble=Trouble(sentence=_lacking(visit, found, chosen), help=KEPT),
    )
    return with_pictures(visit.room.renderer.posts(visit.shell("/campaigns"), view), 400)


def _marked(form: Form, tile: PostTile) -> PostTile:
    word, why = form.one(f"do-{tile.id}"), form.one(f"why-{tile.id}")
    reason = why or form.one("reason")
    lacks = word == "reject" and (reason not in WHYNOT or (reason == ASKED and not tile.large))
    chosen, why = word if word == MINE or word in RULINGS else "", why if why in WHYNOT else ""
    return replace(tile, chosen=chosen, why=why, lacks=lacks, unpressed=_unpressed(form, tile.id))


def _ask(visit: Visit, found: Campaign, chosen: Chosen, trouble: RemoteSilent | None = None) -> Response:
    """Show once more what a press of the button would do."""
    form = SmallForm(
        title=mark("This is what you are about to rule"),
        text=mark(
            "One ruling alone publishes nothing and rejects nothing: another member has to rule alike. "
            "Until the next batch you can change yours, under Ruled by me."
        ),
        action=f"/campaigns/{found.id}/rule",
        button=mark("Sign these rulings"),
        fields=tuple(Field(name=name, kind="hidden", value=value) for name, value in _fields(visit.form, chosen)),
        facts=_facts(chosen),
        back=onward(visit, found, "here"),
        danger=any(each.ruling == "reject" for each in chosen.rulings),
        trouble=Trouble.of(trouble) if trouble else None,
    )
    return page(visit.room.renderer.form(visit.shell("/campaigns"), form), 503 if trouble else 200)


def _facts(chosen: Chosen) -> tuple[Fact, ...]:
    kinds = Counter((each.ruling, WHYNOT[each.reason] if each.reason else COVERED if each.squares else DOES[each.ruling]) for each in chosen.rulings)
    said = tuple(Fact(label=label, value=_number(ruling, number)) for (ruling, label), number in kinds.most_common())
    return (*said, Fact(label=mark("Yours, left to the others"), value=_number("", len(chosen.mine)))) if chosen.mine else said


def _number(ruling: str, number: int) -> Sentence:
    if ruling == "reject":
        return counted("rejects %(num)s post for this reason", "rejects %(num)s posts for this reason", number)
    return counted("%(num)s post", "%(num)s posts", number)


def _fields(form: Form, chosen: Chosen) -> Sequence[tuple[str, str]]:
    rows = [("sure", "yes"), ("here", form.one("here")), ("onward", form.one("onward"))]
    for each in chosen.rulings:
        rows += [("shown", each.post), (f"do-{each.post}", each.ruling), (f"why-{each.post}", each.reason)]
        rows += [(f"squares-{each.post}", spelled(each.squares))] if each.squares else []
    for post in chosen.mine:
        rows += [("shown", post), (f"do-{post}", MINE)]
    return rows


def onward(visit: Visit, found: Campaign, name: str) -> str:
    """Return where a form of a campaign says that it leads on to: nowhere else, whatever detour it took."""
    typed, home = visit.form.one(name) or visit.query.one(name), f"/campaigns/{found.id}"
    return typed if typed.startswith(f"{home}/") and typed.isascii() and typed.isprintable() and "//" not in typed else f"{home}/posts"
