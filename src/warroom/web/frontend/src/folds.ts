/** What folds out over the page folds in again by Escape, which leads back to its name, or by a press beside it. */
export function startFolds(): void {
  const open = () => document.querySelector<HTMLDetailsElement>("details.seldom[open]");
  document.addEventListener("keydown", (event) => {
    const fold = open();
    if (event.key !== "Escape" || !fold) return;
    fold.open = false;
    fold.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    const fold = open();
    if (fold && !fold.contains(event.target as Node)) fold.open = false;
  });
}
