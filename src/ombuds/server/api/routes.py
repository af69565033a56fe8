# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the API and who answers them. See spec/api.md."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.core.attachments import PART_SIZE
from ombuds.server.api import campaigns, cases, entries, public, reports, source, table, upkeep
from ombuds.server.api.calls import Anybody, Sent, Signed

PUBLIC = (
    ("/api/charter", public.charter),
    ("/api/sealing", public.sealing),
    ("/api/ledger", public.leaves),
    ("/api/content/{subject}/{version}", public.content),
    ("/api/content/{subject}/{version}/{number}", public.picture),
    ("/ledger/checkpoint", public.checkpoint),
    ("/checkpoint", public.checkpoint),
    ("/api/walls/{wall}/{version}", campaigns.wall_page),
    ("/wall/{content}.jpg", campaigns.picture),
    ("/ledger/tile/{place:path}", public.tile),
)
SOURCES = (
    ("/api/reports", source.report),
    ("/api/inbox", source.inbox),
    ("/api/inbox/messages", source.message),
    ("/api/inbox/parts", source.part),
    ("/api/inbox/delete", source.delete),
    ("/api/withdraw", campaigns.withdraw),
)
MEMBERS = (
    ("GET", "/api/members/state", upkeep.state),
    ("PUT", "/api/members/epochs", upkeep.epoch),
    ("POST", "/api/members/epochs", upkeep.epoch),
    ("POST", "/api/members/freshness", upkeep.confirm),
    ("GET", "/api/members/reports", reports.reports),
    ("GET", "/api/members/parts/{part}", reports.part),
    ("GET", "/api/members/proposals", table.proposals),
    ("POST", "/api/members/proposals", table.propose),
    ("GET", "/api/members/proposals/{proposal}", table.proposal),
    ("POST", "/api/members/approvals", table.approve),
    ("POST", "/api/members/objections", table.stop),
    ("GET", "/api/members/cases", cases.cases),
    ("POST", "/api/members/cases", cases.open_case),
    ("POST", "/api/members/cases/{case}/confirm", cases.confirm),
    ("POST", "/api/members/cases/{case}/card", cases.renew_card),
    ("GET", "/api/members/cases/{case}/events", cases.events),
    ("POST", "/api/members/cases/{case}/events", cases.add_event),
    ("GET", "/api/members/cases/{case}/messages", cases.messages),
    ("POST", "/api/members/cases/{case}/logged", cases.logged),
    ("POST", "/api/members/cases/{case}/replies", cases.reply),
    ("POST", "/api/members/entries", entries.publish),
    ("GET", "/api/members/leaving", entries.waiting),
    ("POST", "/api/members/slot", entries.run_slot),
    ("GET", "/api/members/campaigns/{campaign}/posts", campaigns.ids),
    ("GET", "/api/members/campaigns/{campaign}/posts/{post}", campaigns.post),
    ("GET", "/api/members/campaigns/{campaign}/rulings", campaigns.rulings),
    ("POST", "/api/members/campaigns/{campaign}/rulings", campaigns.rule),
    ("POST", "/api/members/campaigns/{campaign}/settled", campaigns.settle),
    ("GET", "/api/members/campaigns/{campaign}/withdrawals", campaigns.withdrawals),
    ("POST", "/api/members/campaigns/{campaign}/wall", campaigns.hand_in),
)
ROUTES: tuple[BaseRoute, ...] = (
    *(Route(path, Anybody(action).answer) for path, action in PUBLIC),
    *(Route(path, Sent(action).answer, methods=["POST"]) for path, action in SOURCES),
    Route("/api/parts/{part}", Sent(source.put_part, PART_SIZE).answer, methods=["PUT"]),
    *(Route(path, Signed(action).answer, methods=[method]) for method, path, action in MEMBERS),
    Route("/api/members/parts/{part}", Signed(reports.keep_part, PART_SIZE).answer, methods=["PUT"]),
)
