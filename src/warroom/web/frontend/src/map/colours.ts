// The page's own colours as MapLibre takes them: a token is light or dark as the page is.
export type Colours = Record<string, string>;

const TOKENS = [
  "paper", "sheet", "line", "ink", "ink-2", "ink-3", "accent", "accent-soft", "ok", "infrastructure", "logistics", "enforcement", "resilience", "due",
] as const;

export function colours(): Colours {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const found = Object.fromEntries(
    TOKENS.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, plain(getComputedStyle(probe).color)];
    }),
  );
  probe.remove();
  return found;
}

/** rgb() as every parser of styles reads it. */
function plain(colour: string): string {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return colour;
  pen.fillStyle = colour;
  return pen.fillStyle as string;
}
