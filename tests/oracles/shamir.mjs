// SPDX-License-Identifier: AGPL-3.0-or-later
// Splits or combines with the npm package: {"split": HEX, "k": K, "n": N} or {"combine": [HEX, ...]} a line, one answer a line.
import { createInterface } from 'node:readline'
import { combine, split } from 'shamir-secret-sharing'

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (content) => Buffer.from(content).toString('hex')

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  const answer = asked.split ? (await split(bytes(asked.split), asked.n, asked.k)).map(hex) : hex(await combine(asked.combine.map(bytes)))
  console.log(JSON.stringify(answer))
}
