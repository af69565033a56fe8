# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts the public server together: settings, keys, store, record, pages, routes. Nowhere else are parts joined.

It holds no member's key and answers no question itself. A worker that starts also begins its clockwork: one look every
`tick_seconds`, of which a lease in the database lets one worker at a time do the work. See spec/server.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from ombuds.core.errors import OmbudsError
from ombuds.host.clock import Clock, hour, today
from ombuds.host.logs import log_error, quiet_logs
from ombuds.pages.bundle import built, joining
from ombuds.pages.languages import load
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from ombuds.server import tick
from ombuds.server.api.routes import ROUTES as API
from ombuds.server.campaign.photograph import photographs
from ombuds.server.campaign.routes import ROUTES as CAMPAIGN
from ombuds.server.config import Settings, check_folder, form_key, log_key
from ombuds.server.http import errors, static
from ombuds.server.http.headers import Headers
from ombuds.server.http.languages import entrance
from ombuds.server.http.parts import Parts, keeping_threads
from ombuds.server.inbox.routes import ROUTES as INBOX
from ombuds.server.intake.form import ReportPages
from ombuds.server.intake.routes import ROUTES as INTAKE
from ombuds.server.site.cards import Drawn, campaign_card
from ombuds.server.site.ready import Site
from ombuds.server.site.routes import ROUTES as SITE
from ombuds.server.store.db import open_store
from ombuds.server.store.public import PublicRecord


def create(settings: Settings) -> Starlette:
    """Build the application of one worker process. Raises SettingWrong."""
    quiet_logs()
    return build(put_together(settings))


def put_together(settings: Settings, clock: Clock = today) -> Parts:
    """Open everything that the settings name. Raises SettingWrong."""
    check_folder(settings.folder)
    store, languages = open_store(settings), load()
    press = Press(languages, built(), settings.desk_places, joining(), settings.slots)
    return Parts(
        settings=settings,
        store=store,
        public=PublicRecord(store, log_key(settings)),
        clock=clock,
        renderer=Renderer(press),
        form_key=form_key(settings),
        languages=languages,
        static=static.static_files(press),
    )


def build(parts: Parts) -> Starlette:
    """Return the application over these parts."""
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Headers, hosts=parts.settings.host_names)],
        exception_handlers={OmbudsError: errors.refused, HTTPException: errors.not_found, Exception: errors.broken},
        lifespan=_clockwork,
    )
    app.state.parts = parts
    app.state.site, app.state.cards = Site(parts), Drawn()
    app.state.keeping = keeping_threads()
    app.state.report_pages = ReportPages()
    app.state.photographs, app.state.card_of = photographs(parts.settings.detection), partial(campaign_card, app.state.site)
    return app


def _routes() -> list[BaseRoute]:
    fixed = (Route("/", entrance), Route("/static/{name}", static.serve))
    # The API before inbox and site: their addresses begin with any word, and turn away those that are no language.
    return [*INTAKE, *API, *CAMPAIGN, *INBOX, *fixed, *SITE]


@asynccontextmanager
async def _clockwork(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(_ticking(app.state.parts))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    app.state.photographs.close()
    app.state.parts.store.close()


async def _ticking(parts: Parts) -> None:
    while True:
        await asyncio.sleep(parts.settings.tick_seconds)
        try:
            await run_in_threadpool(_look, parts)
        except (OmbudsError, OSError) as wrong:
            # The next look may go well; a worker that stopped looking would release nothing more.
            log_error("a look at what is due failed", wrong)


def _look(parts: Parts) -> None:
    # A demonstration does not let people wait for the next batch: there is nobody in it to protect.
    tick.run(parts, hour(), demonstration=parts.public.record().charter.charter.demonstration)
