// Which labels are shown at a zoom: each keeps its size on the screen, none lies on another or on a dot, the most important
// come first. The same sides and measures as the server's own drawing (web/chart/labels.py).

type Box = [left: number, top: number, right: number, low: number];
type Side = { along: [number, number]; x: number; name: number; sub: number; anchor: "start" | "end" | "middle" };

const SIDES: Record<string, Side> = {
  r: { along: [1, 0], x: 7, name: -1, sub: 13, anchor: "start" },
  l: { along: [-1, 0], x: -7, name: -1, sub: 13, anchor: "end" },
  b: { along: [0, 1], x: 0, name: 15, sub: 28, anchor: "middle" },
  a: { along: [0, -1], x: 0, name: -20, sub: -7, anchor: "middle" },
  t: { along: [0, -1], x: 0, name: -20, sub: -6, anchor: "start" },
  u: { along: [0, 1], x: 0, name: 14, sub: 27, anchor: "start" },
  m: { along: [0, 0], x: 0, name: 4, sub: 4, anchor: "middle" },
};
/** Below this part of a pixel, a dot hides no label. */
const AIR = 1;
/** Dots that are named on the whole drawing, the largest; and pixels at the top that the columns' names have. */
const [NAMED, HEAD] = [60, 24];

class Label {
  private x: number;
  private y: number;
  private radius: number;
  private width: number;
  private lines: SVGTextElement[];

  constructor(private element: SVGGElement) {
    [this.x, this.y, this.radius, this.width] = element.dataset.at!.split(" ").map(Number) as [number, number, number, number];
    this.lines = [...element.querySelectorAll("text")];
  }

  get sides(): string {
    return this.element.dataset.sides!;
  }

  get dot(): Box {
    return [this.x - this.radius, this.y - this.radius, this.x + this.radius, this.y + this.radius];
  }

  /** The rectangle on a side, where a pixel of the screen is `unit` of the drawing. */
  box(name: string, unit: number): Box {
    const side = SIDES[name]!;
    const x = this.x + side.along[0] * this.radius + side.x * unit;
    const y = this.y + side.along[1] * this.radius;
    const left = { start: 0, end: -this.width, middle: -this.width / 2 }[side.anchor];
    const low = this.lines.length > 1 ? side.sub : side.name;
    return [x + (left - 2) * unit, y + (side.name - 12) * unit, x + (left + this.width + 2) * unit, y + (low + 4) * unit];
  }

  put(name: string, unit: number, shown: boolean): void {
    const side = SIDES[name]!;
    const [x, y] = [this.x + side.along[0] * this.radius, this.y + side.along[1] * this.radius];
    this.element.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${unit.toFixed(4)})`);
    this.element.classList.toggle("hid", !shown);
    this.lines.forEach((line, at) => {
      line.setAttribute("x", String(side.x));
      line.setAttribute("y", String(at ? side.sub : side.name));
      line.setAttribute("text-anchor", side.anchor);
    });
  }
}

const apart = (one: Box, other: Box): boolean => one[0] >= other[2] || other[0] >= one[2] || one[1] >= other[3] || other[1] >= one[3];
const within = (box: Box, view: Box): boolean => box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3];

/** Place the labels of a picture that shows this part of itself, with this much of it a pixel. */
export function placeLabels(picture: SVGSVGElement, view: Box, unit: number, zoom: number): void {
  const read = (selector: string): Label[] => [...picture.querySelectorAll<SVGGElement>(selector)].map((one) => new Label(one));
  // Hulls, then what is chosen and lit, then the others; the server has the largest first.
  const dots = [...picture.querySelectorAll<SVGGElement>(".dot")].sort((one, other) => weight(other) - weight(one));
  const labels = dots.map((dot) => new Label(dot.querySelector<SVGGElement>(".label")!));
  const unnamed = new Set(labels.slice(NAMED * zoom * zoom));
  const below: Box = [view[0], view[1] + HEAD * unit, view[2], view[3]];
  const taken = labels.map((label) => label.dot).filter((box) => box[2] - box[0] > AIR * unit);
  const free = (box: Box): boolean => within(box, below) && taken.every((other) => apart(box, other));
  for (const label of [...read(".hull .label"), ...labels, ...read(".tie-name.on .label")]) {
    const side = unnamed.has(label) ? undefined : [...label.sides].find((name) => free(label.box(name, unit)));
    if (side) taken.push(label.box(side, unit));
    label.put(side ?? label.sides[0]!, unit, !!side);
  }
}

function weight(dot: SVGGElement): number {
  return Number(dot.dataset.weight) + (dot.classList.contains("chosen") ? 2e15 : dot.classList.contains("on") ? 1e15 : 0);
}
