# SPDX-License-Identifier: AGPL-3.0-or-later
"""The driver of Firefox, imported without the warnings of the packages it brings along; warnings are errors elsewhere."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from marionette_driver.by import By
    from marionette_driver.marionette import Marionette

__all__ = ["By", "Marionette"]
