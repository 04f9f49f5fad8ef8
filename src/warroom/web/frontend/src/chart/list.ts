// The list beside the drawing: the same nodes and groups, for keys and for ears. Found by typing, walked by arrows.
import { baht, fill, type Words } from "./data";
import type { Dot } from "./drawn";

const SHOWN = 200;
export type Entry = { key: string; name: string; tail: string };

export function entryOf(words: Words, dot: Dot): Entry {
  const tail = dot.still ? baht(dot.still) : dot.node === null ? fill(words.nodes!, { count: dot.count }) : "";
  return { key: dot.key, name: dot.name, tail };
}

export class List {
  private entries: Entry[] = [];
  private picked = "";

  constructor(
    private readonly box: HTMLElement,
    private readonly words: Words,
    private readonly choose: (key: string) => void,
    private readonly enter: (key: string) => void,
  ) {
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-key]");
      if (row) this.choose(row.dataset.key!);
    });
    box.addEventListener("dblclick", () => this.picked && this.enter(this.picked));
  }

  show(entries: Entry[], picked: string): void {
    this.entries = entries;
    const rows = entries.slice(0, SHOWN).map((entry, at) => this.row(entry, at));
    const more = entries.length - rows.length;
    if (more > 0) {
      const line = document.createElement("p");
      line.textContent = fill(this.words.more!, { count: more.toLocaleString("en") });
      rows.push(line);
    }
    this.box.replaceChildren(...rows);
    this.pick(picked);
  }

  pick(key: string): void {
    this.picked = key;
    this.box.removeAttribute("aria-activedescendant");
    for (const row of this.box.querySelectorAll<HTMLElement>("[data-key]")) {
      const mine = row.dataset.key === key;
      row.setAttribute("aria-selected", String(mine));
      if (!mine) continue;
      this.box.setAttribute("aria-activedescendant", row.id);
      const [top, low] = [row.offsetTop - this.box.offsetTop, row.offsetTop - this.box.offsetTop + row.offsetHeight];
      if (top < this.box.scrollTop) this.box.scrollTop = top;
      if (low > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = low - this.box.clientHeight;
    }
  }

  first(): void {
    if (this.entries[0]) this.choose(this.entries[0].key);
    this.box.focus();
  }

  private row(entry: Entry, at: number): HTMLElement {
    const row = document.createElement("div");
    row.id = `on-chart-${at}`;
    row.setAttribute("role", "option");
    row.dataset.key = entry.key;
    const [name, tail] = [document.createElement("span"), document.createElement("span")];
    [name.textContent, tail.textContent, tail.className] = [entry.name, entry.tail, "num quiet"];
    row.append(name, tail);
    return row;
  }

  private key(event: KeyboardEvent): void {
    const here = this.entries.findIndex((entry) => entry.key === this.picked);
    const last = Math.min(this.entries.length, SHOWN) - 1;
    const steps: Record<string, number> = { ArrowDown: Math.min(last, here + 1), ArrowUp: Math.max(0, here - 1), Home: 0, End: last };
    if (event.key === "Enter" && this.picked) this.enter(this.picked);
    else if (event.key in steps && last >= 0) this.choose(this.entries[steps[event.key]!]!.key);
    else return;
    event.preventDefault();
  }
}
