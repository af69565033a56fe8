# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seals one post, keeps it, and thanks: with the words of a receipt if one was wanted, and with what can be passed on.

The server reads the post for this one visit, because without JavaScript there is nobody else to seal it, and the form says so
(T02). Sent twice, it is one post. The thanks hold nothing that belongs to one person, but for the words. It is one of the few
files that may derive a source's keys. See spec/site.md and spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Scope

from ombuds.core.campaign import LEAST_BATCH
from ombuds.core.errors import AlreadyUsed, NotHere
from ombuds.core.keys import Id, hash_of
from ombuds.core.posts import Pending, PostPicture, seal_post, waits_of
from ombuds.core.source_keys import derive
from ombuds.core.wire_posts import NewPost
from ombuds.core.words import COUNT, LANGUAGES, new_entropy, to_words, word_list
from ombuds.pages.hashtags import looked_at
from ombuds.pages.join_values import JoinedPage
from ombuds.pages.values import ShareCard
from ombuds.server.campaign.asked import Asked
from ombuds.server.campaign.filled import Filled
from ombuds.server.campaign.keeping import keep_post
from ombuds.server.campaign.photograph import Ready
from ombuds.server.campaign.refusals import OVER, RECEIVED, PostRefused
from ombuds.server.campaign.ticket import waited
from ombuds.server.http.fields import Fields, nonce_of
from ombuds.server.store import posts

CardOf = Callable[[Scope, Id], ShareCard | None]
ID_LENGTH = 32


def send(asked: Asked, filled: Filled, fields: Fields, ready: Ready | None = None) -> tuple[str, ...]:
    """Seal and keep a post and return the words of its receipt, if one was wanted. Raises PostRefused, StoreBusy, StoreFull."""
    entropy, instance = new_entropy(), asked.charter.instance_id
    picture = PostPicture(hash_of(ready.large), hash_of(ready.small), ready.width, ready.height) if ready else None
    pending = Pending(
        v=1,
        instance_id=instance,
        mode="no-javascript",
        post=filled.post(asked, picture),
        # Of words that nobody is shown where no receipt is wanted: such a post must not stand out.
        withdraw=hash_of(token := derive(entropy, instance).withdrawal),
        region=filled.region,
        near=ready.near if ready else "",
        files=(ready.large, ready.small) if ready else (),
    )
    nonce = nonce_of(fields)
    new = NewPost(1, _name(nonce), asked.campaign, waits_of(token), seal_post(pending, asked.terms))
    try:
        keep_post(asked.parts, new, waited(asked.parts.form_key, nonce, fields.one("ticket")))
    except AlreadyUsed:
        raise PostRefused(RECEIVED, 409) from None
    except NotHere:
        raise PostRefused(OVER, 409) from None
    return to_words(entropy, filled.words_language) if filled.receipt else ()


async def thanked(request: Request, asked: Asked, filled: Filled, words: tuple[str, ...]) -> bytes:
    """Return the page that thanks, with the card of the campaign if one can be drawn here. Raises NotHere."""
    # Cards are drawn by the site, which stands above this room: the application hands over who knows their names.
    card_of: CardOf = request.app.state.card_of
    card = await run_in_threadpool(card_of, request.scope, asked.campaign)
    return await run_in_threadpool(_thanks, asked, filled, words, card)


def _thanks(asked: Asked, filled: Filled, words: tuple[str, ...], card: ShareCard | None) -> bytes:
    with asked.parts.store.read() as connection:
        waiting = posts.awaited_counts(connection).get(asked.campaign, 0)
    said = JoinedPage(
        title=asked.text.title,
        title_language=asked.text.language,
        path=asked.path,
        words=words,
        words_language=filled.words_language,
        tags=tuple(map(looked_at, asked.content.tags)),
        waiting=waiting,
        least=LEAST_BATCH,
        begun=asked.record.head(asked.terms.wall) is not None,
        card=card,
    )
    made = asked.parts.renderer.joined(asked.shell, said)
    # As long for everybody as with the longest words, so that nobody on the line learns who has a receipt (T10).
    return made.ljust(len(asked.parts.renderer.joined(asked.shell, msgspec.structs.replace(said, words=(_widest(),) * COUNT))), b"\n")


@cache
def _widest() -> str:
    return max((word for language in LANGUAGES for word in word_list(language)), key=lambda word: len(word.encode()))


def _name(nonce: Id) -> Id:
    # One form is one post, whoever sends it how often.
    return hash_of(b"ombuds post\x00" + nonce.encode())[:ID_LENGTH]
