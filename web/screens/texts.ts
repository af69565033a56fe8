// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page's own texts: each screen stands in the page as a template in the reader's language, and is copied from there.
 *
 * So there is one catalogue, the server's. Values are put in as text, never as HTML (T24). What the page does not hold is an
 * error, and the form stays what it is without a script. See spec/browser.md.
 */

/** Values for the places in a sentence that are written {so}. */
export type Values = Readonly<Record<string, string | number>>;

const PATTERNS = new WeakMap<Element, string>();

/** Return a fresh copy of a template's elements. Raises Error if the page has no such template. */
export function copyOf(screen: string): DocumentFragment {
  const template = document.getElementById(`screen-${screen}`);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`no template ${screen}`);
  return document.importNode(template.content, true);
}

/** Return the one element that fits. Raises Error if there is none. */
export function one(root: ParentNode, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing fits ${selector}`);
  return found;
}

/** Put values into the places of an element's sentence; it may be filled again with others. */
export function fill(element: Element, values: Values): void {
  const pattern = PATTERNS.get(element) ?? element.textContent ?? "";
  PATTERNS.set(element, pattern);
  element.textContent = pattern.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** Return a size in bytes as people of the page's language read it: 1 KB is 1024 bytes, as in a list of files. */
export function sizeOf(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let [amount, step] = [bytes, 0];
  for (; amount >= 1024 && step < units.length - 1; step += 1) amount /= 1024;
  const digits = step === 0 || amount >= 100 ? 0 : 1;
  const unitDisplay = step ? "short" : "long"; // the short name of a byte has no plural
  const style = { style: "unit", unit: units[step] ?? "byte", unitDisplay, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`, style).format(amount); // the digits of the server's pages
}

/** Return a day as people of the page's language write it. */
export function dayOf(day: string): string {
  const locale = `${document.documentElement.lang}-u-nu-latn-ca-gregory`;
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
}

/** Return a language by its name in the page's language, or its code if nobody named it. */
export function languageOf(code: string): string {
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(code) ?? code;
  } catch {
    return code; // what a desk wrote need not be a code
  }
}

const UNSEEN =
  "\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}";
const DECEIVING = new RegExp(`\r\n|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\p{Surrogate}${UNSEEN}]`, "gu");

/** Return text with controls made visible and deceiving characters taken out, as src/ombuds/pages/text.py does (T24). */
export function readable(text: string): string {
  return text.replace(DECEIVING, (found) => {
    if (found === "\r\n" || found === "\u2028" || found === "\u2029") return "\n";
    const code = found.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return (code >= 0x7f && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff) ? "\ufffd" : "";
  });
}

/** Show an element or hide it. */
export function show(element: HTMLElement, shown: boolean): void {
  element.hidden = !shown;
}
