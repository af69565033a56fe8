// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Builds what a source's browser loads: the word lists as TypeScript, then each entry as one file, and says how large it is.
 *
 * It checks no types (tsc does) and fetches nothing. The lists stand once, in src/ombuds/core; what is built is never kept
 * beside its source. See CONTRIBUTING.md.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const WEB = new URL(".", import.meta.url).pathname;
const OUT = new URL("../src/ombuds/pages/static/bundle/", import.meta.url).pathname;
const LANGUAGES = ["en", "ru"];
/** What is built, by the name that it is served under. */
const ENTRIES = { report: "screens/start.ts" };
/** The most that one language may weigh, packed: everything but the other languages' files. */
const BUDGET = 70 * 1024;
const BANNER = "// SPDX-License-Identifier: AGPL-3.0-or-later; its source is the folder web/ of ombuds";

for (const language of LANGUAGES) writeList(language);
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await build({
  entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, WEB + file])),
  outdir: OUT,
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  target: "es2022",
  charset: "utf8", // scripts are read as UTF-8; letters written as numbers weigh three times as much
  banner: { js: BANNER },
  logLevel: "warning",
});
weigh();

/** Write one language's list of words as TypeScript, unless it stands there already. */
function writeList(language) {
  const python = readFileSync(`${WEB}../src/ombuds/core/wordlist_${language}.py`, "utf8");
  const [, head, words] = /"""(.*?)\n\n.*?WORDS = """\n(.*?)"""/s.exec(python);
  const list = words.trim().split(/\s+/);
  const text = `// SPDX-License-Identifier: AGPL-3.0-or-later\n/** ${head} Written by build.mjs from wordlist_${language}.py. */\n\nexport const WORDS =\n  "${list.join(" ")}";\n`;
  const file = `${WEB}core/wordlist_${language}.ts`;
  if (list.length !== 2048) throw new Error(`${file}: not 2048 words`);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

/** Say how large each file is when it is packed. Fails when one language's share is larger than the budget. */
function weigh() {
  const sizes = readdirSync(OUT).map((name) => [name, gzipSync(readFileSync(OUT + name), { level: 9 }).length]);
  for (const [name, size] of sizes) console.log(`${name}: ${(size / 1024).toFixed(1)} KiB packed`);
  for (const language of LANGUAGES) {
    const others = LANGUAGES.filter((other) => other !== language).map((other) => `-${other}.`);
    const whole = sizes.filter(([name]) => !others.some((other) => name.includes(other))).reduce((sum, [, size]) => sum + size, 0);
    console.log(`${language}: ${(whole / 1024).toFixed(1)} of ${BUDGET / 1024} KiB`);
    if (whole > BUDGET) throw new Error("the bundle is larger than its budget");
  }
}
