# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a desk that had locked itself is open again: the form that came meanwhile, with what was typed in it.

The text waited in the browser's own page and nowhere else (T33). Nothing is sent by opening the desk: the member looks at it
again and presses the button. See spec/desk.md.
"""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.responses import Response

from ombuds.desk.pages import campaigning, covering, deciding, publish
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.visit import Visit
from ombuds.pages.desk_values import Field, SmallForm
from ombuds.pages.languages import mark

# Forms with a field in which people write, and where each of them belongs.
WRITTEN = re.compile(r"(/cases/[0-9a-f]{32})/(?:reply|note|status|close|recusal|task|claim|check)|(/approve)")
RULED = re.compile(r"/campaigns/([0-9a-f]{32})/rule")
COVERED = re.compile(r"/campaigns/([0-9a-f]{32})/posts/([0-9a-f]{32})/cover")
EDITORS = {"/publish": publish.again, "/publish/campaign": campaigning.again}
LABELS = {"text": mark("Text"), "reason": mark("Reason"), "says": mark("Sentence"), "known": mark("How we know it"), "how": mark("What you did to check it")}


def come_back(visit: Visit) -> Response:
    """Show what was typed once more, or Today where nothing was."""
    if visit.path in EDITORS:
        return EDITORS[visit.path](visit)
    ruled = RULED.fullmatch(visit.path)
    if ruled:
        return deciding.again(replace(visit, names={"campaign": ruled[1]}))
    covered = COVERED.fullmatch(visit.path)
    if covered:
        return covering.again(replace(visit, names={"campaign": covered[1], "post": covered[2]}))
    found = WRITTEN.fullmatch(visit.path)
    written = tuple(name for name in LABELS if visit.form.one(name).strip())
    # An approval is given with its question before one's eyes, so it is not sent on from here.
    if found is None or not written or visit.form.one("answer") == "approve":
        return go("/")
    fields = (
        *(Field(name=name, kind="hidden", value=value) for name, value in visit.form.fields if name not in written),
        *(Field(name=name, kind="long", label=LABELS[name], value=visit.form.one(name)) for name in written),
    )
    if visit.path.endswith("/reply"):
        fields = (*fields, Field(name="files", kind="file", label=mark("Files"), hint=mark("Please choose your files again."), required=False))
    form = SmallForm(
        title=mark("What you wrote is still here"),
        text=mark("The desk had locked itself, so it was not sent. Look at it once more and send it now."),
        action=visit.path,
        button=mark("Send it now"),
        fields=fields,
        back=found[1] or found[2],
    )
    return page(visit.room.renderer.form(visit.shell("/"), form))
