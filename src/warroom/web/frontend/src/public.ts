// Drafts of a report: what is typed stays on this telephone, sealed with a key that no script can read out, until it is sent or a
// day has passed. Without a signal the form waits and is sent once there is one; its own key makes a second sending the same. The
// form itself is kept too, without what was typed, so that it opens without a signal (sw.ts).
type Sealed = { at: number; iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
type Fields = Record<string, string>;

const DAY = 24 * 3600 * 1000;
const WAIT = 400;
/** A form that waits for a signal, among the fields of its draft. */
const WAITS = " waits";
/** Milliseconds until a form that found no way is tried again, though the telephone says that it has a signal. */
const AGAIN = 30_000;
/** Under which this page alone notes, for this tab, whose form its owner sent and no answer came to yet: an address says nothing of that. */
const PRESSED = "pressed";
/** Under which it is noted, for this tab, that a report was answered and its drafts are not gone yet. */
const ANSWERED = "answered";
const DRAFTS = ["money", "tip"];
const FORMS = "outside forms ";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open("outside", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
  return (await asked(opening)).transaction("kept", mode).objectStore("kept");
}

async function sealingKey(): Promise<CryptoKey> {
  const kept = (await asked((await store("readonly")).get("key"))) as CryptoKey | undefined;
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await asked((await store("readwrite")).put(made, "key"));
  return made;
}

async function keep(name: string, fields: Fields): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const said = new TextEncoder().encode(JSON.stringify(fields));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealingKey(), said);
  await asked((await store("readwrite")).put({ at: Date.now(), iv, data } satisfies Sealed, `draft:${name}`));
}

async function kept(name: string): Promise<Fields | null> {
  const found = (await asked((await store("readonly")).get(`draft:${name}`))) as Sealed | undefined;
  if (!found) return null;
  if (Date.now() - found.at > DAY) {
    await forget(name);
    return null;
  }
  const said = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv }, await sealingKey(), found.data);
  return JSON.parse(new TextDecoder().decode(said)) as Fields;
}

async function forget(name: string): Promise<void> {
  await asked((await store("readwrite")).delete(`draft:${name}`));
}

/** Who leaves the answer at once cuts this short: the next form in this tab does it before it looks for a draft. */
async function forgetAnswered(): Promise<void> {
  for (const name of DRAFTS) await forget(name);
  sessionStorage.removeItem(ANSWERED);
}

// The page as it came and the files that it brought, from where the browser has them already: nothing is fetched for it.
async function keepForm(page: string): Promise<void> {
  const style = document.querySelector<HTMLLinkElement>("link[rel=stylesheet]")!.href;
  const cache = await caches.open(FORMS + style);
  for (const name of await caches.keys()) if (name.startsWith(FORMS) && name !== FORMS + style) await caches.delete(name);
  const files = performance.getEntriesByType("resource").map((one) => one.name);
  const brought = files.filter((one) => one.startsWith(`${location.origin}/static/`));
  await Promise.all(brought.map((one) => cache.add(new Request(one, { cache: "force-cache" })).catch(() => undefined)));
  const said = { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'" };
  await cache.put(location.pathname, new Response(page, { headers: said }));
}

async function forgetForms(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
}

function read(form: HTMLFormElement): Fields {
  const said = [...new FormData(form)].filter((one): one is [string, string] => typeof one[1] === "string");
  return Object.fromEntries(said);
}

function write(form: HTMLFormElement, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }
}

class Draft {
  private readonly line = document.querySelector<HTMLElement>("[data-saved]")!;
  private timer = 0;
  private waits = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly name: string,
  ) {}

  async begin(): Promise<void> {
    if (sessionStorage.getItem(ANSWERED)) await forgetAnswered();
    // What the server gave back with an error is newer than what was kept.
    const fields = document.querySelector("[role=alert]") ? null : await kept(this.name);
    // A form's own key is made here: a page that was kept or gone back to would send the next report under the last one's.
    write(this.form, { once: [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("") });
    if (fields) {
      write(this.form, fields);
      this.waits = WAITS in fields;
      this.tell(this.waits ? "offline" : "kept");
      // The worker brought a form back that found no way. Any site can link here too, so that it was sent before is no word of the link's.
      if (location.hash === "#waits" && sessionStorage.getItem(PRESSED) === this.name) {
        this.waits = true;
        void this.save("offline");
      }
    }
    sessionStorage.removeItem(PRESSED);
    this.form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.save("kept"), WAIT);
    });
    this.form.addEventListener("submit", (event) => this.send(event));
    window.addEventListener("online", () => this.later());
    if (location.hash) setTimeout(() => this.later(), AGAIN);
    else this.later();
    history.replaceState(null, "", location.pathname);
  }

  private async save(told: "kept" | "offline"): Promise<void> {
    await keep(this.name, this.waits ? { ...read(this.form), [WAITS]: "1" } : read(this.form));
    this.tell(told);
  }

  private send(event: Event): void {
    clearTimeout(this.timer);
    if (navigator.onLine) {
      void keep(this.name, read(this.form));
      // Pictures are not kept: with them its owner sends it again.
      if (!this.chosen()) sessionStorage.setItem(PRESSED, this.name);
      return;
    }
    event.preventDefault();
    this.waits = true;
    void this.save("offline");
  }

  private chosen(): boolean {
    return [...this.form.querySelectorAll<HTMLInputElement>("input[type=file]")].some((one) => one.files?.length);
  }

  private later(): void {
    if (this.waits && navigator.onLine) this.form.requestSubmit();
  }

  private tell(which: "kept" | "offline"): void {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: this.line.dataset.delete });
    button.addEventListener("click", () => void this.drop());
    this.line.classList.toggle("off", which === "offline");
    this.line.replaceChildren((this.line.dataset[which] ?? "").replace("{time}", time), button);
  }

  private async drop(): Promise<void> {
    clearTimeout(this.timer);
    this.waits = false;
    await forget(this.name);
    await forgetForms();
    this.form.querySelectorAll<HTMLInputElement>("input:not([type=hidden])").forEach((one) => {
      if (one.type === "radio") one.checked = false;
      else one.value = "";
    });
    this.form.querySelectorAll("textarea, select").forEach((one) => ((one as HTMLTextAreaElement).value = ""));
    this.line.textContent = this.line.dataset.deleted ?? "";
  }
}

const form = document.querySelector<HTMLFormElement>("form[data-draft]");
if (form?.dataset.draft) {
  const page = `<!doctype html>${document.documentElement.outerHTML}`;
  void new Draft(form, form.dataset.draft).begin();
  // Nothing of what the server gave back with an error is kept.
  if ("serviceWorker" in navigator && !document.querySelector("[role=alert]")) {
    void navigator.serviceWorker.register("/report/sw.js");
    addEventListener("load", () => setTimeout(() => void keepForm(page), WAIT));
  }
}
const sent = document.querySelector<HTMLElement>("[data-sent]");
if (sent) {
  sessionStorage.removeItem(PRESSED);
  sessionStorage.setItem(ANSWERED, "yes");
  void forgetAnswered();
}
