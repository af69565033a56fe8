# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes vectors/campaign anew: what supporters send, in canonical bytes, with the step of the ladder; and what is no post, and why.

Run `python -m tests.core.write_campaign_vectors` when the format changes. Nothing in it is drawn, so the same bytes come each
time. See spec/campaign.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from ombuds.core.attachments import rung
from ombuds.core.encoding import encode
from ombuds.core.keys import hash_of
from ombuds.core.posts import Pending, Post, PostPicture
from tests.core import campaigns as c
from tests.core.pictures import JPEG
from tests.rules.tree import ROOT

ABOUT = (
    "Posts of a campaign as they are sent (spec/campaign.md): `pending` is the text that is sealed, in canonical form, and `size` its length on the "
    "ladder. A case with `fails` is refused by whoever reads it."
)
replaced = msgspec.structs.replace
BADGE = c.post_of(1)
PHOTO = replaced(BADGE, kind="photo", badge=None, picture=PostPicture(hash_of(JPEG), hash_of(JPEG), 8, 8), shows="A badge on a table.")


def _of(post: Post, **changed: object) -> Pending:
    return replaced(Pending(1, "0f" * 32, "browser", post, hash_of(c.token_of(1)), None, "", (JPEG, JPEG) if post.picture else ()), **changed)


def told() -> Iterator[tuple[str, Pending, str]]:
    """Yield what each case is, what is sent, and how it fails."""
    yield "a drawn badge", _of(BADGE), ""
    yield "everything that can be said", _of(replaced(BADGE, rank=1, language="ru", sentence="Я с ним. 👮"), region=0, near="0f" * 8), ""
    yield "letters that other writers escape", _of(replaced(BADGE, language="ar", sentence='«/» \\ " \u007f \u200d \u00e9 <b>')), ""
    yield "a photograph", _of(PHOTO), ""
    yield "a photograph through the server", _of(PHOTO, mode="no-javascript"), ""
    yield "280 characters of two units each", _of(replaced(BADGE, sentence="👮" * 280)), ""
    yield "281 characters", _of(replaced(BADGE, sentence="x" * 281)), "Malformed"
    yield "two lines", _of(replaced(BADGE, sentence="one\ntwo")), "Malformed"
    yield "nothing but spaces", _of(replaced(BADGE, sentence=" \u3000 ")), "Malformed"
    yield "a character without width", _of(replaced(BADGE, sentence="one\u200bword")), "Malformed"
    yield "a hidden turn in what is shown", _of(replaced(PHOTO, shows="a\u202eb")), "Malformed"
    yield "a badge that is not drawn", _of(replaced(BADGE, badge=48)), "Malformed"
    yield "neither badge nor photograph", _of(replaced(BADGE, badge=None)), "Malformed"
    yield "badge and photograph", _of(replaced(PHOTO, badge=1)), "Malformed"
    yield "another picture than was confirmed", _of(PHOTO, files=(JPEG, JPEG + b"\0")), "ContentChanged"
    yield "a picture too few", _of(PHOTO, files=(JPEG,)), "ContentChanged"
    yield "a picture too many", _of(BADGE, files=(JPEG,)), "ContentChanged"
    yield "a picture with more points than a post may have", _of(replaced(PHOTO, picture=PostPicture(hash_of(JPEG), hash_of(JPEG), 1081, 8))), "Malformed"


def main() -> None:
    """Write the file."""
    cases = []
    for what, pending, fails in told():
        content = encode(pending)
        cases.append({"what": what, "pending": content.decode()} | ({"fails": fails} if fails else {"size": rung(len(content))}))
    folder = ROOT / "vectors" / "campaign"
    folder.mkdir(exist_ok=True)
    (folder / "posts.json").write_text(json.dumps({"about": ABOUT, "cases": cases}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
