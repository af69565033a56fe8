# SPDX-License-Identifier: AGPL-3.0-or-later
"""What performance promises that does not depend on the machine's mood: weights, numbers of queries, memory, and the table's arithmetic."""
