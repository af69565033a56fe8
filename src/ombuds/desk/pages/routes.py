# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address of the desk, in one table. What only shows is GET; what changes something is POST with the form's mark. See spec/desk.md."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.desk.pages import after, approve, case, cases, enter, evidence, members, picture, publish, renew, search, talking, today, working
from ombuds.desk.pages.visit import act, screen

GET, POST = ["GET"], ["POST"]

ROUTES: list[BaseRoute] = [
    Route("/enter", enter.enter, methods=GET),
    Route("/unlock", enter.unlock, methods=POST),
    Route("/lock", enter.lock, methods=POST),
    Route("/static/{name}", enter.style, methods=GET),
    Route("/language", act(enter.speak), methods=POST),
    Route("/fetch", act(enter.fetch, alone=False), methods=POST),
    Route("/sync", act(enter.fetch, alone=False), methods=POST),
    Route("/", screen(today.today), methods=GET),
    Route("/cases", screen(cases.cases), methods=GET),
    Route("/search", screen(search.search), methods=GET),
    Route("/renew", act(renew.renew), methods=POST),
    Route("/open", act(cases.agree), methods=POST),
    Route("/cases/{case}", screen(case.case), methods=GET),
    Route("/cases/{case}/files/{file}", screen(talking.save_file), methods=GET),
    Route("/cases/{case}/files/{file}/picture", screen(evidence.evidence), methods=GET),
    Route("/cases/{case}/files/{file}/picture", act(evidence.make, alone=False), methods=POST),
    Route("/cases/{case}/files/{file}/picture.png", screen(evidence.points), methods=GET),
    Route("/cases/{case}/reply", talking.send_reply, methods=POST),
    Route("/cases/{case}/note", act(talking.add_note), methods=POST),
    Route("/cases/{case}/status", act(talking.set_status), methods=POST),
    Route("/cases/{case}/close", act(talking.end), methods=POST),
    Route("/cases/{case}/assign", act(working.give), methods=POST),
    Route("/cases/{case}/recusal", act(working.recuse), methods=POST),
    Route("/cases/{case}/task", act(working.add), methods=POST),
    Route("/cases/{case}/task/done", act(working.finish), methods=POST),
    Route("/cases/{case}/claim", act(working.claim), methods=POST),
    Route("/cases/{case}/check", act(working.check), methods=POST),
    Route("/approve", screen(approve.approvals), methods=GET),
    Route("/approve", act(approve.answer), methods=POST),
    Route("/publish", screen(publish.editor), methods=GET),
    Route("/publish", act(publish.work), methods=POST),
    Route("/publish/{draft}/picture", screen(picture.ask), methods=GET),
    Route("/publish/{draft}/picture", picture.add, methods=POST),
    Route("/published", screen(after.published), methods=GET),
    Route("/published/{subject}/takedown", screen(after.ask_takedown), methods=GET),
    Route("/published/{subject}/takedown", act(after.take_down), methods=POST),
    Route("/members", screen(members.members), methods=GET),
]
"""A module-level table that nobody changes."""
