// A slider says its number while it moves, and its form the plan's headline, which on a telephone is below the fold.
export function startSliders(): void {
  const form = document.querySelector<HTMLFormElement>("form.sliders");
  if (!form) return;
  form.addEventListener("input", (event) => {
    const slider = event.target as HTMLInputElement;
    slider.closest("label")!.querySelector("output")!.textContent = `${slider.valueAsNumber} / ${Number(slider.max)}`;
  });
  const builder = form.closest(".builder")!;
  const result = builder.querySelector<HTMLElement>("output.takes")!;
  // The plan is asked for again and replaced beside the form; writing an equal text would call the observer for ever.
  new MutationObserver(() => {
    const headline = document.getElementById("takes")?.textContent ?? "–";
    if (result.textContent !== headline) result.textContent = headline;
  }).observe(builder, { childList: true, characterData: true, subtree: true });
}
