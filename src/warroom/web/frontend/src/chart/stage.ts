// The drawing on the screen, by sigma (WebGL). Where a browser has no WebGL the server's drawing stays instead.
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import { extremityArrow, pathCurved, pathLine, sdfCircle, sdfDiamond, sdfSquare, sdfTriangle } from "sigma/rendering";
import { coloursOf, type Colours } from "./colours";
import type { Drawing, Dot, Line } from "./drawn";

const MANY_LINES = 150; // beyond, amounts on ties would only hide each other
// Words on a tie are shown whole or not at all: where they have room with a margin, since sigma fades what is near the
// ends. On a shorter tie they come as one draws nearer; the panel beside and the table below say them always.
const WHOLE = 1;
const MARGIN = "\u2003\u2003";

export class Stage {
  private readonly graph = new MultiDirectedGraph();
  private readonly sigma: Sigma;
  private colours: Colours;
  private picked = "";

  constructor(private readonly box: HTMLElement, choose: (key: string) => void, enter: (key: string) => void) {
    this.colours = coloursOf(box);
    const family = getComputedStyle(box).fontFamily;
    this.sigma = new Sigma(this.graph, box, {
      primitives: {
        nodes: { shapes: [sdfCircle(), sdfSquare(), sdfDiamond(), sdfTriangle()] },
        edges: { paths: [pathLine(), pathCurved()], extremities: [extremityArrow()], defaultHead: "arrow", label: { minVisibilityThreshold: WHOLE, fullVisibilityThreshold: WHOLE } },
      },
      styles: {
        nodes: {
          x: { attribute: "x" },
          y: { attribute: "y" },
          size: { attribute: "size", defaultValue: 7 },
          color: { attribute: "color", defaultValue: "#666" },
          shape: { attribute: "shape", defaultValue: "circle" },
          label: { attribute: "label" },
          labelColor: { attribute: "labelColor", defaultValue: "#666" },
          labelFont: family,
          labelSize: 12,
          labelPosition: "below",
        },
        edges: {
          size: { attribute: "size", defaultValue: 1 },
          color: { attribute: "color", defaultValue: "#999" },
          path: { attribute: "path", defaultValue: "straight" },
          label: { attribute: "label" },
          labelColor: { attribute: "labelColor", defaultValue: "#666" },
          labelFont: family,
          labelSize: 10,
        },
      },
      settings: { itemSizesReference: "screen", renderEdgeLabels: true, labelRenderedSizeThreshold: 5, hideEdgesOnMove: false, stagePadding: 48 },
    } as ConstructorParameters<typeof Sigma>[2]);
    this.sigma.on("clickNode", ({ node }) => choose(node));
    this.sigma.on("doubleClickNode", (payload) => {
      payload.preventSigmaDefault();
      enter(payload.node);
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.drawing, this.picked));
  }

  private drawing: Drawing = { dots: new Map(), lines: [], folded: false, undrawn: 0 };

  show(drawing: Drawing, picked: string): void {
    this.drawing = drawing;
    this.picked = picked;
    this.colours = coloursOf(this.box);
    const way = new Set(drawing.lines.filter((line) => line.way).flatMap((line) => [line.start, line.end]));
    this.graph.clear();
    for (const dot of drawing.dots.values()) this.graph.addNode(dot.key, this.node(dot, way));
    const both = new Set(drawing.lines.map((line) => `${line.start}>${line.end}`));
    const labels = drawing.lines.length <= MANY_LINES;
    for (const line of drawing.lines) this.graph.addEdgeWithKey(line.key, line.start, line.end, this.edge(line, both, labels, way.size > 0));
    this.sigma.refresh();
  }

  pick(key: string): void {
    const before = this.drawing.dots.get(this.picked);
    this.picked = key;
    for (const dot of [before, this.drawing.dots.get(key)]) {
      if (dot && this.graph.hasNode(dot.key)) this.graph.mergeNodeAttributes(dot.key, this.node(dot, new Set()));
    }
  }

  fit(): void {
    void this.sigma.getCamera().reset({ duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300 });
  }

  private node(dot: Dot, way: Set<string>): Record<string, unknown> {
    const picked = dot.key === this.picked;
    const held = dot.ring ? "◎ " : "";
    const notes = dot.node === null ? ` (${dot.count})` : "";
    return {
      x: dot.x,
      y: dot.y,
      size: picked ? dot.size + 4 : dot.size,
      color: picked || way.has(dot.key) ? this.colours.accent : this.colours[dot.tone],
      shape: dot.shape,
      label: held + dot.label + notes,
      labelColor: this.colours.ink,
    };
  }

  private edge(line: Line, both: Set<string>, labels: boolean, dim: boolean): Record<string, unknown> {
    const plain = line.money ? this.colours.money : this.colours.line;
    return {
      size: line.way ? line.width + 2 : line.width,
      color: line.way ? this.colours.accent : faint(plain, dim ? 0.2 : line.money ? 0.6 : 0.5),
      path: both.has(`${line.end}>${line.start}`) ? "curved" : "straight",
      label: labels && line.label ? MARGIN + line.label + MARGIN : "",
      labelColor: this.colours.quiet,
    };
  }
}

/** A colour with less of it: `rgb(1, 2, 3)` becomes `rgba(1, 2, 3, share)`. */
function faint(colour: string, share: number): string {
  const numbers = colour.match(/[\d.]+/g) ?? ["120", "120", "120"];
  return `rgba(${numbers.slice(0, 3).join(", ")}, ${share})`;
}
