// A file field's button and what is chosen are said in the page's language; the browser's own would speak the browser's.

/** The names of the chosen files; the words that the page came with while there are none. */
function tell(field: HTMLInputElement, words: HTMLElement, none: string): void {
  words.textContent = [...(field.files ?? [])].map((file) => file.name).join(", ") || none;
}

/** A document is named by its file or by the file's fingerprint: the browser asks for a file while neither is there. */
function demand(box: HTMLElement): void {
  const file = box.querySelector<HTMLInputElement>("input[type=file]");
  const fingerprint = box.querySelector<HTMLInputElement>("input.num");
  if (!file || !fingerprint) return;
  const ask = () => (file.required = fingerprint.value.trim() === "");
  fingerprint.addEventListener("input", ask);
  ask();
}

export function startFiles(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>(".chooser input[type=file]")) {
    const words = field.parentElement?.querySelector<HTMLElement>("[data-chosen]");
    if (!words) continue;
    const none = words.textContent ?? "";
    field.addEventListener("change", () => tell(field, words, none));
    // A page that comes back from the browser's memory may have its file still.
    tell(field, words, none);
  }
  document.querySelectorAll<HTMLElement>("[data-document]").forEach(demand);
}
