// A list of things to choose from is sieved by the words that one types; Enter opens the first that is left.
export function startSieve(): void {
  const field = document.querySelector<HTMLInputElement>("[data-sieve] input");
  if (!field) return;
  field.closest<HTMLElement>("[data-sieve]")!.hidden = false;
  const lines = [...document.querySelectorAll<HTMLElement>("[data-words]")];
  const nothing = document.querySelector<HTMLElement>("[data-sieved-out]");
  const left = () => lines.filter((line) => !line.hidden);
  field.addEventListener("input", () => {
    // Word joiners keep Thai words whole on the page and are in no typed word.
    const plain = (text: string) => text.replaceAll("\u2060", "").toLowerCase();
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    for (const line of lines) line.hidden = !wanted.every((word) => plain(line.dataset.words ?? "").includes(word));
    document.querySelectorAll<HTMLElement>(".kinds > section").forEach((box) => (box.hidden = !box.querySelector("[data-words]:not([hidden])")));
    if (nothing) nothing.hidden = left().length > 0;
  });
  field.addEventListener("keydown", (event) => event.key === "Enter" && left()[0]?.querySelector("a")?.click());
}
