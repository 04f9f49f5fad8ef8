// What is known of the chosen node or group: marks, money in and out, other ties, notes pinned to it.
import { baht, fill, type Chart } from "./data";
import type { Dot, Drawing } from "./drawn";

export function picked(box: HTMLElement, chart: Chart, drawing: Drawing, dot: Dot | null): void {
  if (!dot) return box.replaceChildren();
  const words = chart.words;
  const lines: string[] = [];
  const money = drawing.lines.filter((line) => line.money);
  const into = sum(money.filter((line) => line.end === dot.key));
  const out = sum(money.filter((line) => line.start === dot.key));
  if (dot.node !== null) lines.push(...chart.nodes.marks[dot.node]!.map((mark) => words.mark[mark] ?? mark));
  else lines.push(fill(words.nodes!, { count: dot.count }));
  if (dot.still) lines.push(fill(words.still!, { sum: baht(dot.still) }));
  if (into.amount) lines.push(`${fill(words.in!, { sum: baht(into.amount) })} · ${fill(words.transfers!, { count: into.count })}`);
  if (out.amount) lines.push(`${fill(words.out!, { sum: baht(out.amount) })} · ${fill(words.transfers!, { count: out.count })}`);
  for (const line of drawing.lines) {
    if (line.money || (line.start !== dot.key && line.end !== dot.key)) continue;
    const [arrow, other] = line.start === dot.key ? ["→", line.end] : ["←", line.start];
    lines.push(`${line.label} ${arrow} ${drawing.dots.get(other)?.name ?? ""}`);
  }
  const notes = chart.notes.filter((note) => note.node === dot.key).map((note) => `✎ ${note.text} (${note.officer}, ${note.at})`);
  const title = document.createElement("b");
  title.textContent = dot.name;
  box.replaceChildren(
    title,
    ...[...lines.slice(0, 24), ...notes].map((line) => {
      const one = document.createElement("div");
      one.textContent = line;
      return one;
    }),
  );
}

function sum(lines: { amount: number; count: number }[]): { amount: number; count: number } {
  return lines.reduce((whole, line) => ({ amount: whole.amount + line.amount, count: whole.count + line.count }), { amount: 0, count: 0 });
}
