# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts as tiles of a page, and their pictures: what a supporter confirmed, from the vault, or what is on the wall.

A picture leaves as a JPEG and nothing else, under a policy that forbids everything; a page with tiles may load pictures from
the desk alone (T13, T14). It rules over nothing. See spec/desk.md.
"""

from __future__ import annotations

import re

import msgspec
from starlette.responses import Response

from ombuds.core.content import in_language
from ombuds.core.errors import NotHere
from ombuds.core.grid import SQUARES
from ombuds.core.keys import Id
from ombuds.core.posts import Post
from ombuds.core.said import Words
from ombuds.desk.campaign.agreeing import Squares
from ombuds.desk.campaign.campaigns import Campaign, campaign
from ombuds.desk.campaign.posted import Posted
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.talking import SANDBOX
from ombuds.desk.pages.visit import Visit
from ombuds.desk.postbox import PostLine
from ombuds.media.silhouettes import COUNT, svg
from ombuds.pages.desk_campaigns import PostTile
from ombuds.pages.headers import policy

PICTURES_OF_THE_DESK = policy("'self' data:")
SIZES = ("large", "small")
SIDE = 400
HASH = re.compile(r"[0-9a-f]{64}")


def with_pictures(content: bytes, status: int = 200) -> Response:
    """Answer with a page that may show pictures of this desk."""
    answer = page(content, status)
    answer.headers["content-security-policy"] = PICTURES_OF_THE_DESK
    return answer


def tile_of(line: PostLine, found: Campaign, language: str, large: bool = False, squares: Squares = ()) -> PostTile | None:
    """Return a post that waits as a tile, with its large picture or its small one, as it is with squares covered; nothing for one that is settled.

    A small picture that was not found to be the large one is never shown in its place.
    """
    if line.post is None:
        return None
    at = f"/campaigns/{found.id}/posts/{line.id}"
    seen = f"{at}/covered/{spelled(squares)}" if squares else at
    made = _tile(line.id, line.post, found, language, (f"{seen}/large.jpg", f"{seen}/{SIZES[not (large or line.pair)]}.jpg"))
    if squares:
        made = msgspec.structs.replace(made, squares=spelled(squares), covered=len(squares), confirmed=f"{at}/large.jpg")
    regions = found.terms.regions
    region = spoken(regions[line.region], language) if 0 <= line.region < len(regions) else ""
    return msgspec.structs.replace(made, region=region, easy=is_easy(line.post, found), pair=line.pair, tiny=f"{at}/small.jpg" if line.pair else "")


def spelled(squares: Squares) -> str:
    """Return squares as an address and a form carry them."""
    return ".".join(map(str, squares))


def listed(typed: str) -> Squares:
    """Return the squares that an address or a form names; what is none is left out."""
    known = {str(square): square for square in range(SQUARES)}
    return tuple(known[each] for each in typed.split(".") if each in known)


def wall_tile(posted: Posted, found: Campaign, language: str) -> PostTile:
    """Return a public post as a tile."""
    picture = posted.post.picture
    links = tuple(f"/campaigns/{found.id}/wall/{name}.jpg" for name in (picture.large, picture.small)) if picture else ("", "")
    return _tile(posted.commitment, posted.post, found, language, (links[0], links[1]))


def is_easy(post: Post, found: Campaign) -> bool:
    """Say whether a post is a drawn badge with one of the offered sentences, in the language that it names."""
    offered = (in_language(words, post.language) for words in found.terms.offered)
    return post.kind == "badge" and not post.shows and post.sentence in offered


def spoken(words: Words, language: str) -> str:
    """Return what is said in one language, or in the first that there is."""
    return in_language(words, language) or next((each.text for each in words), "")


def waiting_picture(visit: Visit) -> Response:
    """Answer with a picture of a post that waits, as its supporter confirmed it. Raises NotHere."""
    names = visit.names
    if not visit.desk.may("moderate"):
        raise NotHere("there is no such picture")
    files = visit.desk.vault.posts.pending(names["campaign"], names["post"]).files
    if names["size"] not in SIZES or not files:
        raise NotHere("there is no such picture")
    return jpeg(files[SIZES.index(names["size"])])


def wall_picture(visit: Visit) -> Response:
    """Answer with a picture of a public post, compared with its hash. Raises NotHere, ContentChanged, RemoteSilent."""
    campaign(visit.desk, visit.names["campaign"])
    if not HASH.fullmatch(visit.names["picture"]):
        raise NotHere("there is no such picture")
    return jpeg(visit.desk.remote.wall_picture(visit.names["picture"]))


def badge(visit: Visit) -> Response:
    """Answer with a drawn badge. Raises NotHere."""
    number = visit.names["number"]
    if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < COUNT):
        raise NotHere("there is no such badge")
    return Response(svg(int(number)), media_type="image/svg+xml", headers={"content-security-policy": SANDBOX})


def _tile(name: Id, post: Post, found: Campaign, language: str, links: tuple[str, str]) -> PostTile:
    ranks, picture = found.terms.ranks, post.picture
    return PostTile(
        id=name,
        small=links[1] if picture else f"/badges/{post.badge}.svg",
        large=links[0] if picture else "",
        width=picture.width if picture else SIDE,
        height=picture.height if picture else SIDE,
        shows=post.shows,
        sentence=post.sentence,
        language=post.language,
        rank=spoken(ranks[post.rank], language) if post.rank is not None and post.rank < len(ranks) else "",
        version=post.version if post.version != found.statements[-1] else 0,
    )


def jpeg(content: bytes) -> Response:
    """Answer with a picture that is a JPEG. Raises NotHere for anything else."""
    # Opened posts hold nothing but JPEG; what is not is never given to a browser as a picture.
    if not content.startswith(b"\xff\xd8\xff"):
        raise NotHere("there is no such picture")
    return Response(content, media_type="image/jpeg", headers={"content-security-policy": SANDBOX})
