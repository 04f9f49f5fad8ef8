// A field for a subject is searched while one types, as the palette is; rows of such fields grow. Without this script the
// field takes what is typed, the server looks for it, and a button brings more rows.

const PAUSE = 160; // so long after the last letter the server is asked
const SIGNS = 2;
let made = 0;

class Pick {
  private readonly box = document.createElement("div");
  private asking: AbortController | null = null;
  private waiting = 0;

  constructor(readonly field: HTMLInputElement) {
    this.box.className = "offers";
    this.box.id = `offers-${++made}`;
    this.box.hidden = true;
    (field.closest("label") ?? field).after(this.box);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.box.id }))
      field.setAttribute(name, value);
    field.addEventListener("input", () => this.soon());
    field.addEventListener("keydown", (event) => this.pressed(event));
    field.addEventListener("blur", () => this.close());
    // A press on a line must not take the focus from the field first.
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => this.take((event.target as Element).closest<HTMLElement>("[role=option]")));
  }

  private soon(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    if (this.field.value.trim().length < SIGNS) return this.close();
    this.asking = new AbortController();
    const csrf = this.field.form?.querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "";
    const body = new URLSearchParams({ q: this.field.value, kinds: this.field.dataset.pick ?? "", csrf });
    try {
      const answer = await fetch("/search/pick", { method: "POST", body, signal: this.asking.signal });
      // What cannot be searched now can be typed all the same.
      if (!answer.ok) return this.close();
      this.box.innerHTML = await answer.text();
    } catch {
      return;
    }
    if (document.activeElement !== this.field) return;
    this.lines().forEach((line, place) => (line.id = `${this.box.id}-${place}`));
    this.box.hidden = false;
    this.field.setAttribute("aria-expanded", String(this.lines().length > 0));
  }

  private lines(): HTMLElement[] {
    return [...this.box.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private pressed(event: KeyboardEvent): void {
    if (this.box.hidden) return;
    const all = this.lines();
    const here = all.findIndex((line) => line.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") this.choose(all[Math.min(all.length - 1, here + 1)]);
    else if (event.key === "ArrowUp") this.choose(all[Math.max(0, here - 1)]);
    else if (event.key === "Enter" && here >= 0) this.take(all[here]!);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(line: HTMLElement | undefined): void {
    for (const one of this.lines()) one.setAttribute("aria-selected", String(one === line));
    if (!line) return;
    this.field.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  private take(line: HTMLElement | null): void {
    if (!line) return;
    this.field.value = line.dataset.value ?? "";
    const kind = this.field.closest("[data-fill-row]")?.querySelector<HTMLSelectElement>("select");
    if (kind) kind.value = line.dataset.kind ?? kind.value;
    this.close();
    // What was picked is kept as what was typed is.
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    window.clearTimeout(this.waiting);
  }

  private close(): void {
    this.box.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

function rowsOf(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[data-fill-row]")];
}

function filled(row: HTMLElement): boolean {
  return [...row.querySelectorAll("input")].some((one) => one.value.trim() !== "");
}

function grow(box: HTMLElement): HTMLElement {
  const last = rowsOf(box).at(-1)!;
  const row = last.cloneNode(true) as HTMLElement;
  row.querySelectorAll(".offers, .wrong").forEach((one) => one.remove());
  for (const one of row.querySelectorAll("input")) {
    one.value = "";
    one.required = false;
    for (const name of ["aria-invalid", "aria-describedby"]) one.removeAttribute(name);
  }
  last.after(row);
  row.querySelectorAll<HTMLInputElement>("[data-pick]").forEach((one) => new Pick(one));
  return row;
}

/** A list that is pasted, say from a sheet, becomes a row a line. */
function pasted(box: HTMLElement, event: ClipboardEvent): void {
  const field = event.target as HTMLInputElement;
  const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (lines.length < 2 || field.dataset.pick === undefined) return;
  event.preventDefault();
  field.value = lines[0]!;
  for (const line of lines.slice(1)) {
    const empty = rowsOf(box).find((row) => !filled(row)) ?? grow(box);
    empty.querySelector<HTMLInputElement>("[data-pick]")!.value = line;
  }
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function startRows(box: HTMLElement): void {
  // Empty rows stand there for who has no script.
  for (const row of rowsOf(box).slice(1)) if (!filled(row)) row.remove();
  const more = box.querySelector<HTMLButtonElement>("[data-another]");
  if (more) {
    more.type = "button";
    more.hidden = false;
    more.textContent = more.dataset.another ?? "";
    more.addEventListener("click", () => grow(box).querySelector<HTMLInputElement>("[data-pick]")?.focus());
  }
  box.addEventListener("paste", (event) => pasted(box, event));
  // A draft that is put back may have more rows than the page (drafts.ts).
  box.closest("form")?.addEventListener("rows", (event) => {
    const { name, count } = (event as CustomEvent<{ name: string; count: number }>).detail;
    if (box.querySelector(`[name="${name}"][data-pick]`)) while (rowsOf(box).length < count) grow(box);
  });
}

export function startPicks(): void {
  document.querySelectorAll<HTMLElement>("[data-fill]").forEach(startRows);
  document.querySelectorAll<HTMLInputElement>("[data-pick]").forEach((one) => one.role === "combobox" || new Pick(one));
}
