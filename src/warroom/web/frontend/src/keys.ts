// j and k walk the rows of a list, Enter opens one, x ticks its box; e does its next step, t
// takes it or gives it back, o opens what is folded. A button may name a key of its own.

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] > tbody > tr, ul[data-rows] > li, ol[data-rows] > li")].filter((row) => handle(row));
}

function handle(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>("[data-open]") ?? row.querySelector<HTMLElement>("a[href], input[type=checkbox]");
}

function walk(step: number): void {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))];
  const target = next && handle(next);
  target?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function rowHere(): HTMLElement | undefined {
  return rows().find((row) => row.contains(document.activeElement));
}

/** Press what the row in focus has for this key; whether it has any. */
function press(selector: string, anywhere = false): boolean {
  const found = rowHere()?.querySelector<HTMLElement>(selector) ?? (anywhere ? document.querySelector<HTMLElement>(selector) : null);
  found?.click();
  return !!found;
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    // The palette has its own keys while it is open.
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "e") { if (!press("[data-next]")) return; }
    else if (event.key === "t") { if (!press("[data-take]")) return; }
    else if (event.key === "o") { if (!press("[data-fold]", true)) return; }
    else if (event.key === "x") {
      const row = document.activeElement?.closest("tr, li");
      row?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
    } else if (!/^[a-z]$/.test(event.key) || !press(`[data-press="${event.key}"]`, true)) return;
    event.preventDefault();
  });
}
