// SPDX-License-Identifier: AGPL-3.0-or-later
// Opens age files with typage: {"identity": TEXT, "file": BASE64} a line, the plaintext in base64 a line.
import { createInterface } from 'node:readline'
import { Decrypter } from 'age-encryption'

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  const opener = new Decrypter()
  opener.addIdentity(asked.identity)
  const plain = await opener.decrypt(new Uint8Array(Buffer.from(asked.file, 'base64')))
  console.log(JSON.stringify(Buffer.from(plain).toString('base64')))
}
