# SPDX-License-Identifier: AGPL-3.0-or-later
"""Anyone: keep a copy of the public record, check a copy, check one saved page. It holds no secret and needs no leave."""
