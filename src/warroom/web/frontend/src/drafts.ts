// What an officer types into a form stays in this browser, under their name, until the form has been sent: a sign-in that
// ends, a browser that closes or a telephone that rings costs no work. Words and choices alone are kept; never ticks,
// passwords, codes or files, and nothing at all inside [data-no-draft] (what survivors say, accounts and their secrets).
import { formWords, line, type FormWords } from "./words";

type Fields = Record<string, string>;
type Draft = { rev: string; at: number; fields: Fields };
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const PREFIX = "draft:";
const SENT = "draft-sent";
const LONGEST = 3 * 24 * 3600 * 1000;
const KEPT = "textarea, select, input:not([type]), input:is([type=text], [type=datetime-local], [type=date], [type=number])";
/** Hidden fields that tell two forms with one address apart. */
const NAMES = ["kind", "prerequisite", "pillar"];
const SECRET = /password|proof|code|csrf/;

const page = Math.random().toString(36).slice(2);
let count = 0;

function officer(): string {
  return document.documentElement.dataset.officer ?? "";
}

function keyOf(form: HTMLFormElement): string {
  const path = new URL(form.getAttribute("action") ?? "", location.href).pathname;
  const more = NAMES.map((name) => form.querySelector<HTMLInputElement>(`input[type=hidden][name="${name}"]`)?.value ?? "");
  return [PREFIX + officer(), path, ...more].join(":");
}

function controls(form: HTMLFormElement): Control[] {
  return [...form.querySelectorAll<Control>(KEPT)].filter(
    (one) => one.name && !SECRET.test(one.name) && one.autocomplete !== "one-time-code",
  );
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

/** The values by name and place, since a name may stand several times. */
function valuesOf(form: HTMLFormElement): Fields {
  return Object.fromEntries(controls(form).map((one, place) => [`${place}:${one.name}`, one.value]));
}

class Kept {
  private readonly key: string;
  private readonly start: Fields;
  private seen: string | null;
  private said: HTMLElement | null = null;
  private dirty = false;

  constructor(
    readonly form: HTMLFormElement,
    private readonly words: FormWords,
    refused: boolean,
  ) {
    this.key = keyOf(form);
    this.start = valuesOf(form);
    const draft = read(this.key);
    this.seen = draft?.rev ?? null;
    // A refused form already holds what was typed, as the server read it.
    if (draft && !refused && this.put(draft.fields)) this.tellRestored();
    form.addEventListener("input", () => this.save());
    form.addEventListener("change", () => this.save());
    // Only the pass that leaves the page counts: without a connection nothing is sent (sending.ts).
    form.addEventListener("submit", () => form.dataset.clear && sessionStorage.setItem(SENT, this.key));
    window.addEventListener("storage", (event) => {
      if (event.key === this.key) this.heard(event.newValue !== null);
    });
  }

  /** Fill the form; whether anything in it changed. */
  private put(fields: Fields): boolean {
    let changed = false;
    this.growTo(fields);
    controls(this.form).forEach((one, place) => {
      const value = fields[`${place}:${one.name}`];
      if (value === undefined || value === one.value) return;
      one.value = value;
      changed = true;
      one.dispatchEvent(new Event("restored", { bubbles: true }));
    });
    return changed;
  }

  /** Rows of one name that are missing are added first (picks.ts), so that each value finds its place. */
  private growTo(fields: Fields): void {
    const names = Object.keys(fields).map((key) => key.slice(key.indexOf(":") + 1));
    for (const name of new Set(names)) {
      const count = names.filter((one) => one === name).length;
      if (count > 1) this.form.dispatchEvent(new CustomEvent("rows", { detail: { name, count } }));
    }
  }

  private save(): void {
    this.dirty = true;
    const stored = read(this.key);
    // Another tab wrote here since: neither version is thrown away without being asked.
    if (stored && stored.rev !== this.seen) return this.tellElsewhere();
    this.write();
  }

  private write(): void {
    const draft: Draft = { rev: `${page}-${++count}`, at: Date.now(), fields: valuesOf(this.form) };
    this.seen = draft.rev;
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
    } catch {
      // A browser that keeps nothing, or is full: the form works as it did without.
    }
  }

  private heard(there: boolean): void {
    if (there) return this.tellElsewhere();
    this.seen = null;
    this.tell("gone", this.words.gone, []);
  }

  private tellRestored(): void {
    this.tell("restored", this.words.restored, [
      [
        this.words.discard,
        () => {
          localStorage.removeItem(this.key);
          this.seen = null;
          this.put(this.start);
          this.hush();
          controls(this.form)[0]?.focus();
        },
      ],
    ]);
  }

  private tellElsewhere(): void {
    const take: [string, () => void] = [
      this.words.take,
      () => {
        const stored = read(this.key);
        if (stored) this.put(stored.fields);
        this.seen = stored?.rev ?? null;
        this.hush();
      },
    ];
    const keep: [string, () => void] = [
      this.words.keep,
      () => {
        this.write();
        this.hush();
      },
    ];
    this.tell("elsewhere", this.words.elsewhere, this.dirty ? [take, keep] : [take]);
  }

  private tell(kind: string, text: string, buttons: [string, () => void][]): void {
    if (this.said?.classList.contains(kind) && this.said.querySelectorAll("button").length === buttons.length) return;
    this.hush();
    this.said = line(`draft ${kind}`, text, buttons);
    this.form.prepend(this.said);
    const folded = this.form.closest("details");
    if (folded && kind === "restored") folded.open = true;
  }

  private hush(): void {
    this.said?.remove();
    this.said = null;
  }
}

/** A form that led on to another page was taken; one that was refused, or never arrived, was not. */
function clearSent(refused: boolean): void {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (sent && !refused && (entry?.redirectCount ?? 0) > 0) localStorage.removeItem(sent);
}

function drafts(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function dropOld(): void {
  for (const key of drafts()) if (Date.now() - (read(key)?.at ?? 0) > LONGEST) localStorage.removeItem(key);
}

/** Whoever signs out leaves nothing behind. */
function clearAtSignOut(): void {
  document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => {
    for (const key of drafts()) if (key.startsWith(`${PREFIX}${officer()}:`)) localStorage.removeItem(key);
  });
}

export function startDrafts(): void {
  const words = formWords();
  const refused = "refused" in document.documentElement.dataset;
  try {
    clearSent(refused);
    dropOld();
    if (!words || !officer()) return;
    clearAtSignOut();
    window.addEventListener("pageshow", (event) => event.persisted && sessionStorage.removeItem(SENT));
    for (const form of document.querySelectorAll<HTMLFormElement>("main form[method=post]")) {
      if (form.closest("[data-no-draft]") || form.querySelector("[type=password]") || !controls(form).length) continue;
      new Kept(form, words, refused);
    }
  } catch {
    // Storage may be shut: forms work without drafts.
  }
}
