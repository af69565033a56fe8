# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for every test: a skip is a failure where CI is set, and hypothesis gives the same examples each time there.

No fixture of any room lives here; a room's own conftest has them, and the one Chromium of a process comes as a plugin.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

pytest_plugins = ("tests.browser.shared",)


def pytest_configure() -> None:
    """Choose how hypothesis looks for examples: freely at a desk, repeatably in CI, never by the clock."""
    in_ci = bool(os.environ.get("CI"))
    settings.register_profile("ombuds", deadline=None, derandomize=in_ci, print_blob=True)
    settings.load_profile("ombuds")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI is set: a missing part must be seen there."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped; nothing is skipped in CI"
    return report
