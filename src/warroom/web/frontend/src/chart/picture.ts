// The drawing as it stands, to take along as SVG or PNG: one way to draw it, with two pens.
import { fill, moment, type Chart } from "./data";
import type { Dot, Drawing, Tone } from "./drawn";

const [WIDE, HIGH, EDGE, FOOT, HEAD] = [1600, 1000, 70, 96, 70];
const [INK, QUIET, LINE, PAPER, WAY] = ["#1c2126", "#4f5861", "#7d868e", "#ffffff", "#00598f"];
const FILL: Record<Tone, string> = { money: "#0b5c63", gone: "#b9bfc4", shop: "#7a5f16", victim: "#666f77", plain: "#ffffff" };
const FONT = "IBM Plex Sans, IBM Plex Sans Thai, sans-serif";

interface Pen {
  path(d: string, fill: string, stroke: string, width: number, alpha?: number): void;
  text(x: number, y: number, words: string, size: number, colour: string, bold?: boolean, end?: "start" | "middle" | "end"): void;
}

class SvgPen implements Pen {
  private parts: string[] = [];

  path(d: string, fill: string, stroke: string, width: number, alpha = 1): void {
    this.parts.push(`<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-width="${width}" opacity="${alpha}"/>`);
  }

  text(x: number, y: number, words: string, size: number, colour: string, bold = false, end = "middle"): void {
    const weight = bold ? ' font-weight="600"' : "";
    this.parts.push(`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}"${weight} fill="${colour}" text-anchor="${end}">${escaped(words)}</text>`);
  }

  blob(): Blob {
    const whole = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${HIGH}" width="${WIDE}" height="${HIGH}" font-family="${FONT}">${this.parts.join("")}</svg>`;
    return new Blob([whole], { type: "image/svg+xml" });
  }
}

class CanvasPen implements Pen {
  readonly canvas = document.createElement("canvas");
  private readonly on: CanvasRenderingContext2D;

  constructor() {
    [this.canvas.width, this.canvas.height] = [WIDE * 2, HIGH * 2];
    this.on = this.canvas.getContext("2d")!;
    this.on.scale(2, 2);
  }

  path(d: string, fill: string, stroke: string, width: number, alpha = 1): void {
    const shape = new Path2D(d);
    this.on.globalAlpha = alpha;
    if (fill !== "none") {
      this.on.fillStyle = fill;
      this.on.fill(shape);
    }
    if (stroke !== "none") {
      this.on.strokeStyle = stroke;
      this.on.lineWidth = width;
      this.on.stroke(shape);
    }
    this.on.globalAlpha = 1;
  }

  text(x: number, y: number, words: string, size: number, colour: string, bold = false, end: "start" | "middle" | "end" = "middle"): void {
    this.on.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    this.on.fillStyle = colour;
    this.on.textAlign = end === "middle" ? "center" : end;
    this.on.fillText(words, x, y);
  }

  blob(): Promise<Blob> {
    return new Promise((done) => this.canvas.toBlob((made) => done(made!), "image/png"));
  }
}

export async function picture(form: "svg" | "png", chart: Chart, drawing: Drawing): Promise<Blob> {
  if (form === "svg") {
    const pen = new SvgPen();
    paint(pen, chart, drawing);
    return pen.blob();
  }
  // A canvas draws with the fonts that are there: those of both languages, in both weights.
  await Promise.all([400, 600].map((weight) => document.fonts.load(`${weight} 18px "IBM Plex Sans Thai"`, "ก")));
  const pen = new CanvasPen();
  paint(pen, chart, drawing);
  return pen.blob();
}

function paint(pen: Pen, chart: Chart, drawing: Drawing): void {
  pen.path(`M0 0H${WIDE}V${HIGH}H0z`, PAPER, "none", 0);
  const at = placed(drawing);
  for (const line of drawing.lines) {
    const [start, end] = [at.get(line.start)!, at.get(line.end)!];
    const colour = line.way ? WAY : line.money ? FILL.money : LINE;
    arrow(pen, start, end, line.width, colour);
    if (drawing.lines.length <= 150) pen.text((start.x + end.x) / 2, (start.y + end.y) / 2 - 4, line.label, 10, QUIET);
  }
  for (const dot of at.values()) {
    pen.path(outline(dot), FILL[dot.tone], INK, 1.2);
    if (dot.ring) pen.path(circle(dot.x, dot.y, dot.size + 4), "none", INK, 1.6);
    if (at.size <= 400) pen.text(dot.x, dot.y + dot.size + 13, dot.node === null ? `${dot.label} (${dot.count})` : dot.label, 11, INK, true);
  }
  around(pen, chart);
}

/** Title, moment, legend, and in an exercise that it is one: a picture is passed on without its page. */
function around(pen: Pen, chart: Chart): void {
  const words = chart.words;
  pen.text(EDGE / 2, 34, fill(words.chart!, { case: chart.case }), 20, INK, true, "start");
  pen.text(EDGE / 2, 56, fill(words.asOf!, { moment: moment(chart, chart.asOf) }), 13, QUIET, false, "start");
  if (chart.exercise) {
    pen.path(`M${WIDE - 420} 14H${WIDE - 24}V52H${WIDE - 420}z`, "none", "#855600", 2);
    pen.text(WIDE - 222, 39, chart.exercise, 18, "#855600", true);
  }
  const kinds: [Dot["shape"], string][] = [["circle", words.kind.account!], ["square", `${words.kind.holder}, ${words.kind.company}`], ["diamond", `${words.kind.device}, ${words.kind.sim}`], ["triangle", words.other!]];
  const tones: [Tone, string][] = [["money", words.money!], ["gone", words.gone!], ["shop", words.shop!], ["victim", words.victim!]];
  kinds.forEach(([shape, name], n) => sample(pen, EDGE / 2 + n * 200, HIGH - 66, shape, "plain", name));
  tones.forEach(([tone, name], n) => sample(pen, EDGE / 2 + n * 200, HIGH - 42, "circle", tone, name));
  pen.path(circle(EDGE / 2 + 804, HIGH - 46, 7), "none", INK, 1.6);
  pen.path(circle(EDGE / 2 + 804, HIGH - 46, 4), FILL.money, INK, 1);
  pen.text(EDGE / 2 + 818, HIGH - 42, words.ring!, 12, INK, false, "start");
  pen.text(EDGE / 2, HIGH - 18, words.arrow!, 12, QUIET, false, "start");
}

function sample(pen: Pen, x: number, y: number, shape: Dot["shape"], tone: Tone, name: string): void {
  pen.path(outline({ shape, x: x + 4, y: y - 4, size: 5 }), FILL[tone], INK, 1);
  pen.text(x + 16, y, name, 12, INK, false, "start");
}

/** Dots moved and scaled onto the sheet. */
function placed(drawing: Drawing): Map<string, Dot> {
  const dots = [...drawing.dots.values()];
  const [left, right] = [Math.min(...dots.map((dot) => dot.x)), Math.max(...dots.map((dot) => dot.x))];
  const [low, high] = [Math.min(...dots.map((dot) => dot.y)), Math.max(...dots.map((dot) => dot.y))];
  const scale = Math.min((WIDE - 2 * EDGE) / Math.max(right - left, 1e-6), (HIGH - HEAD - FOOT - 2 * EDGE) / Math.max(high - low, 1e-6));
  const sized = Math.min(1, 8 / Math.sqrt(Math.max(1, dots.length / 30)) / 7);
  return new Map(
    dots.map((dot) => [
      dot.key,
      {
        ...dot,
        size: dot.size * Math.max(0.3, sized),
        x: WIDE / 2 + (dot.x - (left + right) / 2) * scale,
        y: HEAD + (HIGH - HEAD - FOOT) / 2 - (dot.y - (low + high) / 2) * scale,
      },
    ]),
  );
}

function arrow(pen: Pen, start: Dot, end: Dot, width: number, colour: string): void {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const far = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / far, dy / far];
  const tip = { x: end.x - ux * (end.size + 3), y: end.y - uy * (end.size + 3) };
  const size = 5 + width;
  const back = { x: tip.x - ux * size, y: tip.y - uy * size };
  pen.path(`M${n(start.x)} ${n(start.y)}L${n(back.x)} ${n(back.y)}`, "none", colour, width, 0.5);
  pen.path(`M${n(tip.x)} ${n(tip.y)}L${n(back.x - uy * size * 0.5)} ${n(back.y + ux * size * 0.5)}L${n(back.x + uy * size * 0.5)} ${n(back.y - ux * size * 0.5)}z`, colour, "none", 0, 0.8);
}

function outline({ shape, x, y, size: r }: Pick<Dot, "shape" | "x" | "y" | "size">): string {
  if (shape === "square") return `M${n(x - r)} ${n(y - r)}h${n(2 * r)}v${n(2 * r)}h${n(-2 * r)}z`;
  if (shape === "diamond") return `M${n(x)} ${n(y - r * 1.3)}l${n(r * 1.3)} ${n(r * 1.3)}l${n(-r * 1.3)} ${n(r * 1.3)}l${n(-r * 1.3)} ${n(-r * 1.3)}z`;
  if (shape === "triangle") return `M${n(x)} ${n(y - r * 1.2)}L${n(x + r * 1.1)} ${n(y + r * 0.8)}H${n(x - r * 1.1)}z`;
  return circle(x, y, r);
}

function circle(x: number, y: number, r: number): string {
  return `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0z`;
}

const n = (number: number): string => number.toFixed(1);

function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
