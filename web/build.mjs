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
/** What jpeg-js names and a worker has not: a node's buffers, whose bytes are the same, a window, and a module of the older kind. */
const JPEG_JS = { "Buffer.from": "Uint8Array.from", window: "undefined", module: "undefined" };
/** What is left out of jpeg-js: a way to ask others for a file, which nobody here may use, and a node's way to write bytes as letters. */
const CUT = /load: function load[^]*?(?=parse: function)|var btoa = [^]*?\n};/;
/** What is built, by the name that it is served under, and the most that each may weigh, packed. */
const [LIST, JOINING, ELSEWHERE] = [8 * 1024, 60 * 1024, 4.5 * 1024];
const ENTRIES = {
  report: { file: "screens/start.ts", most: 70 * 1024 },
  post: { file: "post/start.ts", most: 36.5 * 1024 },
  copy: { file: "copy/start.ts", most: 1024 },
  join: { file: "join/worker.ts", most: 24 * 1024, holds: ["jpeg-js"], define: JPEG_JS },
};
/** jpeg-js stands in files of the older kind, whose shell costs 400 bytes packed: each is read as a module that names what it gives. */
const MODULES = {
  name: "jpeg-js",
  setup({ onLoad }) {
    onLoad({ filter: /jpeg-js\/index\.js$/ }, () => ({ contents: 'export { encode } from "./lib/encoder.js"; export { decode } from "./lib/decoder.js";' }));
    onLoad({ filter: /jpeg-js\/lib\/(en|de)coder\.js$/ }, ({ path }) => ({ contents: `${readFileSync(path, "utf8").replace(CUT, "")}\nexport { ${path.slice(-10, -4)} };` }));
  },
};
const BANNER = "// SPDX-License-Identifier: AGPL-3.0-or-later; its source is the folder web/ of ombuds";

const lists = new Map(LANGUAGES.map((language) => [language, writeList(language)]));
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const [name, { file, holds = [], define = {} }] of Object.entries(ENTRIES)) {
  await build({
    entryPoints: { [name]: WEB + file },
    outdir: OUT,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8", // scripts are read as UTF-8; letters written as numbers weigh three times as much
    define,
    plugins: [MODULES],
    banner: { js: [BANNER, ...holds.map(licence)].join("\n") },
    logLevel: "warning",
  });
}
for (const [language, text] of lists) writeFileSync(`${OUT}words-${language}.txt`, text);
weigh();

/** Return a library's licence as a comment, where it asks to be kept with every copy. */
function licence(library) {
  return `/* ${library}\n${readFileSync(`${WEB}node_modules/${library}/LICENSE`, "utf8").replaceAll("*/", "* /").replaceAll(/ +$/gm, "").trim()}\n*/`;
}

/** Each word as the number of letters that it shares with the one before it, then the rest: a quarter lighter when packed. */
function shared(words) {
  return words.map((word, place) => {
    const before = words[place - 1] ?? "";
    let same = 0;
    while (same < 9 && same < word.length && before[same] === word[same]) same += 1;
    return `${same}${word.slice(same)}`;
  });
}

/** Write one language's list of words as TypeScript, unless it stands there already; return it. */
function writeList(language) {
  const python = readFileSync(`${WEB}../src/ombuds/core/wordlist_${language}.py`, "utf8");
  const [, head, words] = /"""(.*?)\n\n.*?WORDS = """\n(.*?)"""/s.exec(python);
  const list = words.trim().split(/\s+/);
  const packed = shared(list).join("");
  const text = `// SPDX-License-Identifier: AGPL-3.0-or-later\n/** ${head} Written by build.mjs from wordlist_${language}.py. */\n\nexport const WORDS =\n  "${packed}";\n`;
  const file = `${WEB}core/wordlist_${language}.ts`;
  if (list.length !== 2048) throw new Error(`${file}: not 2048 words`);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  return packed;
}

/** Say how large each file is when it is packed. Fails when one is larger than its budget, or all that joins a campaign together. */
function weigh() {
  const sizes = new Map(readdirSync(OUT).map((name) => [name, gzipSync(readFileSync(OUT + name), { level: 9 }).length]));
  for (const [name, size] of sizes) {
    const most = ENTRIES[name.replace(/\.js$/, "")]?.most ?? LIST;
    console.log(`${name}: ${(size / 1024).toFixed(1)} of ${most / 1024} KiB packed`);
    if (size > most) throw new Error(`${name} is larger than its budget`);
  }
  // A page in a language with a list of its own loads that one, any other page all of them.
  const lists = LANGUAGES.map((language) => sizes.get(`words-${language}.txt`)).sort((one, other) => one - other);
  const joining = sizes.get("post.js") + sizes.get("join.js") + lists.at(-1);
  if (joining > JOINING || joining + lists[0] > JOINING + ELSEWHERE) throw new Error("what joins a campaign is larger than its budget");
}
