// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The acts that members approve together.
 *
 * A source's browser counts no approvals: what it needs of custody is that a charter gives each act its members and its
 * threshold, and charter.ts checks those. Proposals, objections and the quorum are for desks, servers and mirrors, in
 * Python. See spec/custody.md.
 */

export const ACTIONS = ["open", "publish", "takedown", "destroy", "moderate", "charter"] as const;
export type Action = (typeof ACTIONS)[number];
