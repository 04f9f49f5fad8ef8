// From a chart and how it is looked at to what stands on the drawing: nodes or their groups, and the ties between them.
import { baht, fill, within, type Chart, type Span } from "./data";

export const FEW = 200; // up to so many nodes nothing is folded
export const LINES = 400; // between so many groups more lines say nothing any more: those with the most money are drawn
export type Tone = "money" | "gone" | "shop" | "victim" | "plain";
export type Shape = "circle" | "square" | "diamond" | "triangle";
export type Dot = {
  key: string;
  node: number | null; // its place in the chart; null for a group
  group: number;
  count: number;
  name: string;
  label: string;
  still: number;
  tone: Tone;
  shape: Shape;
  ring: boolean;
  size: number;
  x: number;
  y: number;
};
export type Line = { key: string; start: string; end: string; money: boolean; amount: number; count: number; label: string; width: number; way: boolean };
export type Drawing = { dots: Map<string, Dot>; lines: Line[]; folded: boolean; undrawn: number };
export type State = { opened: string[]; unfolded: number[]; span: Span; way: string[] };

const SHAPES: Record<string, Shape> = { account: "circle", group: "circle", holder: "square", company: "square", device: "diamond", sim: "diamond" };
const TONES: [string, Tone][] = [["held", "money"], ["victim", "victim"], ["shop", "shop"], ["exited", "gone"]];

export function nameOf(chart: Chart, node: number): string {
  const { kind, label, bank } = chart.nodes;
  return [chart.words.kind[kind[node]!] ?? kind[node], label[node], bank[node]].filter(Boolean).join(" ");
}

export function groupName(chart: Chart, group: number): string {
  return group ? fill(chart.words.group!, { number: group }) : chart.words.rest!;
}

const isGroup = (key: string): boolean => key.startsWith("group:");

function toneOf(marks: string[], still: number): Tone {
  return TONES.find(([mark]) => marks.includes(mark))?.[1] ?? (still ? "money" : "plain");
}

export function draw(chart: Chart, state: State, places: Float32Array, groups: Float32Array): Drawing {
  const sums = chart.ties.start.map((_, tie) => within(chart, tie, state.span));
  const shown = new Uint8Array(chart.nodes.id.length);
  const all = state.span.since === null && state.span.until === null;
  if (all) shown.fill(1);
  else sums.forEach((sum, tie) => sum && (shown[chart.ties.start[tie]!] = shown[chart.ties.end[tie]!] = 1));
  const folded = shown.reduce((count, one) => count + one, 0) > FEW;
  const open = new Set(state.unfolded);
  const way = new Set(state.way);
  const keyOf = (node: number): string => (folded && !open.has(chart.nodes.group[node]!) ? `group:${chart.nodes.group[node]}` : chart.nodes.id[node]!);
  const dots = new Map<string, Dot>();
  for (let node = 0; node < shown.length; node++) if (shown[node]) put(chart, dots, keyOf(node), node, places, groups);
  const lines = new Map<string, Line>();
  sums.forEach((sum, tie) => {
    if (!sum) return;
    const [from, to] = [chart.ties.start[tie]!, chart.ties.end[tie]!];
    const [start, end, relation] = [keyOf(from), keyOf(to), chart.ties.relation[tie]!];
    if (start === end) return;
    const money = relation === "money";
    const key = `${start}>${end}:${money ? "money" : relation}`;
    const line = lines.get(key) ?? { key, start, end, money, amount: 0, count: 0, label: chart.words.relation[relation] ?? relation, width: 1, way: false };
    line.amount += money ? sum.amount : 0;
    line.count += sum.count;
    line.way ||= way.has(`${chart.nodes.id[from]}>${chart.nodes.id[to]}:${relation}`);
    lines.set(key, line);
  });
  for (const line of lines.values()) finish(line);
  const found = [...lines.values()];
  const between = found.filter((line) => !line.way && isGroup(line.start) && isGroup(line.end));
  const undrawn = new Set(between.sort((one, other) => other.amount - one.amount || other.count - one.count).slice(LINES));
  return { dots, lines: found.filter((line) => !undrawn.has(line)), folded, undrawn: undrawn.size };
}

function put(chart: Chart, dots: Map<string, Dot>, key: string, node: number, places: Float32Array, groups: Float32Array): void {
  const { id, kind, label, still, marks, group } = chart.nodes;
  const own = key === id[node];
  const dot = dots.get(key);
  if (!dot) {
    const [from, at] = own ? [places, node] : [groups, group[node]!];
    dots.set(key, {
      key,
      node: own ? node : null,
      group: group[node]!,
      count: 1,
      name: own ? nameOf(chart, node) : groupName(chart, group[node]!),
      label: own ? label[node]! : groupName(chart, group[node]!),
      still: still[node]!,
      tone: toneOf(marks[node]!, still[node]!),
      shape: own ? SHAPES[kind[node]!] ?? "triangle" : "circle",
      ring: marks[node]!.includes("held"),
      size: own ? 7 : 9,
      x: from[at * 2] ?? 0,
      y: from[at * 2 + 1] ?? 0,
    });
    return;
  }
  dot.count++;
  dot.still += still[node]!;
  dot.ring ||= marks[node]!.includes("held");
  dot.tone = dot.still ? "money" : "plain";
  dot.size = Math.min(30, 9 + 2 * Math.log2(dot.count));
}

function finish(line: Line): void {
  if (!line.money) return;
  line.label = line.count > 1 ? `${baht(line.amount)} · ${line.count}×` : baht(line.amount);
  line.width = Math.min(7, 1 + Math.log10(Math.max(line.amount, 100) / 100) / 1.4);
}

/** Where groups stand once their nodes do: in the middle of them. */
export function middles(chart: Chart, places: Float32Array): Float32Array {
  const count = Math.max(0, ...chart.nodes.group) + 1;
  const [sums, seen] = [new Float32Array(count * 2), new Float32Array(count)];
  chart.nodes.group.forEach((group, node) => {
    sums[group * 2]! += places[node * 2]!;
    sums[group * 2 + 1]! += places[node * 2 + 1]!;
    seen[group]!++;
  });
  return sums.map((sum, at) => sum / Math.max(1, seen[at >> 1]!));
}
