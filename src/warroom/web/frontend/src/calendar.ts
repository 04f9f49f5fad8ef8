// A date that is typed or chosen is read back in both calendars, so that 2569 and 2026 are never mistaken for another.
const BUDDHIST = 543;
const FIRST_BUDDHIST = 2400;
const THAI_DIGITS = /[๐-๙]/g;
const YEAR_FIRST = /^(\d{4,6})-(\d{1,2})-(\d{1,2})/;
const DAY_FIRST = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})/;
const NAMED_MONTH = /^(\d{1,2})\s*(\D+?)\s*(?:[พค]\.ศ\.)?\s*(\d{4})/;

/** The number of a month by its name in Thai or English, short or long; 0 for any other word. */
function monthOf(name: string): number {
  const plain = (text: string) => text.replaceAll(".", "").toLowerCase();
  for (const language of ["th", "en"])
    for (const month of ["short", "long"] as const) {
      const format = new Intl.DateTimeFormat(language, { month, timeZone: "UTC" });
      const found = Array.from({ length: 12 }, (_, at) => plain(format.format(Date.UTC(2026, at, 15)))).indexOf(plain(name));
      if (found >= 0) return found + 1;
    }
  return 0;
}

/** The day that a text names, in Gregorian years; null where it names none. The server reads dates in the same way. */
export function day(text: string): Date | null {
  const said = text.trim().replace(THAI_DIGITS, (sign) => String(sign.charCodeAt(0) - 0x0e50));
  const first = YEAR_FIRST.exec(said);
  const last = DAY_FIRST.exec(said);
  const named = NAMED_MONTH.exec(said);
  const parts = first ? first.slice(1, 4) : last ? last.slice(1, 4).reverse() : named ? [named[3], monthOf(named[2] ?? ""), named[1]] : null;
  if (!parts) return null;
  const [year = 0, month = 0, number = 0] = parts.map(Number);
  const counted = year >= FIRST_BUDDHIST ? year - BUDDHIST : year;
  const found = new Date(Date.UTC(counted, month - 1, number));
  return found.getUTCMonth() === month - 1 && found.getUTCFullYear() === counted ? found : null;
}

/** A day in both calendars: `24 พ.ย. พ.ศ. 2569 (ค.ศ. 2026)`, `24 Nov 2026 (B.E. 2569)`. */
export function both(found: Date, language: string): string {
  const format = new Intl.DateTimeFormat(language === "th" ? "th" : "en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const year = found.getUTCFullYear();
  if (language === "th") return `${format.format(found)} พ.ศ. ${year + BUDDHIST} (ค.ศ. ${year})`;
  return `${format.format(found)} ${year} (B.E. ${year + BUDDHIST})`;
}

export function startCalendar(): void {
  const language = document.documentElement.lang;
  const fields = "input:is([type=datetime-local], [type=date], [data-date])";
  for (const field of document.querySelectorAll<HTMLInputElement>(fields)) {
    const told = document.createElement("span");
    told.className = "small quiet calendar";
    told.setAttribute("aria-hidden", "true");
    field.after(told);
    const tell = () => {
      const found = day(field.value);
      told.textContent = found ? both(found, language) : "";
    };
    for (const event of ["input", "change", "restored"]) field.addEventListener(event, tell);
    tell();
  }
}
