// The routes of money over what is chosen are lit: from the victims to it and on to where it left. The same rule as the
// server's own drawing of a choice.

type Tie = { element: SVGElement; start: string; end: string; money: boolean };

/** Light the routes over a dot, or over the members of `group:N`. False where it does not stand on the drawing. */
export function light(picture: Element, chosen: string): boolean {
  const dots = new Map([...picture.querySelectorAll<SVGElement>("[data-dot]")].map((dot) => [dot.dataset.dot!, dot]));
  const group = chosen.startsWith("group:") ? chosen.slice(6) : "";
  const begun = group ? [...dots].filter(([, dot]) => dot.dataset.group === group).map(([key]) => key) : dots.has(chosen) ? [chosen] : [];
  if (!begun.length) return false;
  const ties = [...picture.querySelectorAll<SVGElement>("path.tie")].map((element): Tie => {
    return { element, start: element.dataset.start!, end: element.dataset.end!, money: !element.classList.contains("tie-only") };
  });
  const lit = new Set(begun);
  for (const ahead of [true, false]) reach(begun, ties, ahead).forEach((key) => lit.add(key));
  for (const { start, end, money } of ties) if (!money && (begun.includes(start) || begun.includes(end))) lit.add(start).add(end);
  picture.classList.add("lit");
  dots.forEach((dot, key) => {
    dot.classList.toggle("on", lit.has(key));
    dot.classList.toggle("chosen", key === chosen);
  });
  picture.querySelectorAll<SVGElement>("[data-start]").forEach((one) => one.classList.toggle("on", lit.has(one.dataset.start!) && lit.has(one.dataset.end!)));
  return true;
}

function reach(begun: string[], ties: Tie[], ahead: boolean): Set<string> {
  const onward = new Map<string, string[]>();
  for (const { start, end, money } of ties) {
    if (!money) continue;
    const [here, other] = ahead ? [start, end] : [end, start];
    onward.set(here, [...(onward.get(here) ?? []), other]);
  }
  const found = new Set(begun);
  for (const key of found) onward.get(key)?.forEach((other) => found.add(other)); // grows while it is walked
  return found;
}
