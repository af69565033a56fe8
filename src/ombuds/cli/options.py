# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns a frozen value with annotated fields into a command: each field is an option or argument, and the verb gets one value.

It defines no option itself. See spec/cli.md.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

Options = TypeVar("Options")


def command_of(kind: Callable[..., Options], run: Callable[[Options], None]) -> Callable[..., None]:
    """Return a command whose options are the fields of ``kind`` and whose help is the docstring of ``run``."""

    def command(**given: Any) -> None:
        run(kind(**given))

    # What the parser reads: the value's own fields, with their types, names and sentences.
    fields = inspect.signature(kind, eval_str=True)
    empty = {each.name for each in dataclasses.fields(kind) if each.default_factory is not dataclasses.MISSING}  # type: ignore[arg-type]
    given = [one.replace(default=[]) if one.name in empty else one for one in fields.parameters.values()]
    command.__signature__ = fields.replace(parameters=given, return_annotation=None)  # type: ignore[attr-defined]
    command.__annotations__ = get_type_hints(kind, include_extras=True)
    command.__doc__ = run.__doc__
    return command
