// SPDX-License-Identifier: AGPL-3.0-or-later
// Writes the public test vectors of the age format as JSON: name, then the vector in base64.
import * as vectors from "cctv-age";

process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(vectors).map(([name, raw]) => [name, Buffer.from(raw).toString("base64")]))));
