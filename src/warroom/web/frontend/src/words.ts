// Words that scripts say, in the reader's language: the server writes them into the page.

export type FormWords = Record<
  | "restored" | "discard" | "elsewhere" | "take" | "keep" | "gone" | "lost" | "again"
  | "missing" | "missingAs" | "choose" | "tick" | "unfit" | "another" | "long" | "short",
  string
>;

/** The words of forms; null on a page that has none, such as a citizen's. */
export function formWords(): FormWords | null {
  const text = document.querySelector<HTMLMetaElement>('meta[name="form-words"]')?.content;
  return text ? (JSON.parse(text) as FormWords) : null;
}

/** A line in a form: what it says, and buttons with what each does. */
export function line(kind: string, text: string, buttons: [string, () => void][], role = "status"): HTMLElement {
  const made = document.createElement("div");
  made.className = `notice row ${kind}`;
  made.setAttribute("role", role);
  const said = document.createElement("span");
  said.textContent = text;
  made.append(said);
  for (const [name, act] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    made.append(button);
  }
  return made;
}
