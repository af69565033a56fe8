# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented stories and updates in English and Russian, published through the desks as members do it. For pictures only."""

from __future__ import annotations

from ombuds.cli.drive import ANNA, VERA, Values, Walk
from ombuds.cli.drive_looks import boxes_on

SOURCE = "Court register, decision 114 | https://court.example/decisions/114"
STORIES: tuple[Values, ...] = (
    {
        "kind": "story",
        "case": "",
        "title": "Взыскание отменено: рапорт всё-таки зарегистрировали",
        "summary": "Сотруднику отказали в регистрации рапорта и наказали за жалобу. Суд отменил взыскание. Отдел молчит.",
        "body": "Рапорт трижды возвращали без входящего номера.\n\n## Что решил суд\n\n> Рапорт считается поданным в день, когда его принесли.\n\n"
        "Мы спросили отдел, сколько ещё таких рапортов не имеют номера.",
        "language": "ru",
        "type": "retaliation",
        "region": "Юг",
        "tags": "рапорт, суд",
        "basis": "sources",
        "sources": "Решение суда № 208 | https://court.example/decisions/208",
    },
    {
        "kind": "story",
        "case": "",
        "title": "Leave was cancelled three summers in a row",
        "summary": "A district office recalled its officers from leave every July. No order was shown. The court found it unlawful.",
        "body": "The recall came by telephone, a day before the first free day.\n\n## What the court said\n\n"
        "> A recall without a written order binds nobody.\n\nThe office has thirty days to repay the tickets.",
        "language": "en",
        "type": "leave",
        "region": "East",
        "tags": "leave, court",
        "basis": "sources",
        "sources": SOURCE,
    },
)
UPDATES: tuple[Values, ...] = (
    {
        "kind": "update",
        "case": "",
        "title": "How long an answer takes",
        "summary": "",
        "language": "en",
        "basis": "desk",
        "body": "In October we opened every report within four days. Two members must agree, so a weekend can add two.",
    },
    {
        "kind": "update",
        "case": "",
        "title": "Как долго ждать ответа",
        "summary": "",
        "language": "ru",
        "basis": "desk",
        "body": "В октябре мы открывали каждое сообщение не позже чем через четыре дня. Нужны двое, поэтому выходные могут добавить ещё два.",
    },
)


def tell(walk: Walk) -> None:
    """Propose each at one desk and sign it at another."""
    desk, other = walk.desks[ANNA], walk.desks[VERA]
    for values in (*UPDATES, *STORIES):
        desk.send(desk.open("/publish").form("/publish"), {**values, "do": "propose"})
        for visitor in (desk, other):
            visitor.send(visitor.open("/members").form("/fetch"), {})
        page = other.open("/approve")
        other.send(page.form("/approve"), {"proposal": boxes_on(page, "proposal"), "answer": "approve"})
        for visitor in (other, desk):
            visitor.send(visitor.open("/members").form("/fetch"), {})
