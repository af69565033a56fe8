// SPDX-License-Identifier: AGPL-3.0-or-later
/** What tests/web/test_pictures.py asks of web/picture: files and pictures as base64. It judges nothing, and nothing of it is shipped. */

import { inflate } from "../join/inflate.ts";
import { type Box } from "../picture/boxes.ts";
import { decode } from "../picture/decode.ts";
import { checkClean } from "../picture/encode.ts";
import { finish, preview } from "../picture/finish.ts";
import { kindOf, type Points } from "../picture/kind.ts";
import { likeness } from "../picture/likeness.ts";
import { moved, movementOf, partOf, smaller } from "../picture/shape.ts";
import { softer } from "../picture/soft.ts";
import { told } from "../picture/told.ts";
import { fromBase64, fromHex, toBase64 } from "./vectors.ts";

interface Job {
  readonly file: string;
  readonly boxes: readonly Box[];
  readonly seed: string;
  readonly side: number;
  readonly reach: number;
  readonly width: number;
  readonly height: number;
  readonly points: string;
}

const shown = ({ width, height, rgb }: Points) => ({ width, height, points: toBase64(rgb) });
const given = ({ width, height, points }: Job): Points => ({ width, height, rgb: fromBase64(points) });

export const pictures = {
  kind_of: ({ file }: Job) => kindOf(fromBase64(file)),
  told: ({ file }: Job) => told(fromBase64(file)).map(({ name, value }) => [name, value]),
  decoded: async ({ file }: Job) => shown(await decode(fromBase64(file), inflate)),
  preview: async ({ file }: Job) => toBase64(preview(await decode(fromBase64(file), inflate)).jpeg),
  finished: async ({ file, boxes, seed }: Job) => toBase64(finish(await decode(fromBase64(file), inflate), boxes, fromHex(seed)).large.jpeg),
  small: async ({ file, boxes, seed }: Job) => toBase64(finish(await decode(fromBase64(file), inflate), boxes, fromHex(seed)).small.jpeg),
  smaller: (job: Job) => shown(smaller(given(job), job.side)),
  likeness: async ({ file }: Job) => likeness(await decode(fromBase64(file), inflate)),
  softer: (job: Job) => shown(softer(given(job), job.reach)),
  moved: (job: Job) => shown(moved(given(job), movementOf(fromHex(job.seed)))),
  movement: ({ seed }: Job) => movementOf(fromHex(seed)),
  part: (job: Job) => partOf(job, movementOf(fromHex(job.seed))),
  clean: ({ file, width, height }: Job) => checkClean(fromBase64(file), width, height),
};
