// SPDX-License-Identifier: AGPL-3.0-or-later
// Seals, opens and derives with an independent implementation of age. In: a JSON list of jobs; out: a list of answers.
import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const work = {
  async seal({ recipients, plain }) {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return Buffer.from(await encrypter.encrypt(Buffer.from(plain, "base64"))).toString("base64");
  },
  async open({ identity, sealed }) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return Buffer.from(await decrypter.decrypt(Buffer.from(sealed, "base64"))).toString("base64");
  },
  recipient: ({ identity }) => identityToRecipient(identity),
};

const answers = [];
for (const job of JSON.parse(readFileSync(0, "utf8"))) answers.push(await work[job.do](job));
process.stdout.write(JSON.stringify(answers));
