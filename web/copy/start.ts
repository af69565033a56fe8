// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Brings the buttons beside texts to copy to life: they are hidden until then, and the fields stay for who selects by hand.
 *
 * It reads nothing but these fields, asks nobody for anything and keeps nothing. See spec/browser.md.
 */

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) enliven(button);

/** Let one button copy its field, and say so behind it, where a screen reader announces it. */
function enliven(button: HTMLButtonElement): void {
  const field = document.getElementById(button.dataset["copy"] ?? "");
  const said = button.nextElementSibling;
  if (!(field instanceof HTMLTextAreaElement) || said === null) return;
  button.addEventListener("click", async () => {
    said.textContent = "";
    const done = await copied(field);
    said.textContent = (done ? button.dataset["done"] : button.dataset["marked"]) ?? "";
  });
  button.hidden = false;
}

/** Copy a field's text; where a browser has no clipboard for this page, the text is selected and copied as a person would. */
async function copied(field: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
