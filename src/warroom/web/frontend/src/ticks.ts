// What an officer ticked stays ticked when the list renews itself, as long as the row is there; the button says how many.

const ticked = new Set<string>();

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("[data-together] [data-tick]")];
}

function tell(): void {
  const count = boxes().filter((box) => box.checked).length;
  document.querySelectorAll<HTMLButtonElement>("[data-together] button[data-many]").forEach((button) => {
    button.textContent = (button.dataset.many ?? "").replace("{count}", String(count));
    button.disabled = count === 0;
  });
}

function restore(): void {
  boxes().forEach((box) => (box.checked = ticked.has(box.value)));
  tell();
}

export function startTicks(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches("[data-tick]")) return;
    if (box.checked) ticked.add(box.value);
    else ticked.delete(box.value);
    tell();
  });
  document.addEventListener("htmx:after:swap", restore);
  // A browser may set boxes again after the page is built.
  window.addEventListener("pageshow", () => {
    boxes().filter((box) => box.checked).forEach((box) => ticked.add(box.value));
    tell();
  });
}
