# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which screens are there for a member whose only role in the charter is to moderate, and the refusal that names the role.

Their desk fetches no report and no case, and drafts of stories are not sealed to it; the screens say so instead of failing. The
server and the rules of custody refuse what the role does not allow, whatever a screen shows. See spec/desk.md.
"""

from __future__ import annotations

import re

from ombuds.desk.parts import Desk
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

MODERATION = re.compile(r"/(members|language|fetch|sync|badges/.*|campaigns(/[^/]+(/(posts|ruled|rule)(/.*)?)?)?)?")
ONLY_MODERATES = Trouble(
    sentence=mark("In the charter your role is to moderate posts, and nothing else."),
    help=mark("Campaigns shows what waits for you; Members names who does the rest."),
)


def closed_to(desk: Desk, path: str) -> bool:
    """Whether an address is none of this member's."""
    return desk.only_moderates and MODERATION.fullmatch(path) is None
