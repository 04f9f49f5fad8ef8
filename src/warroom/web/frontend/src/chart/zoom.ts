// The part of the drawing that its box shows: all of it at first, then what the wheel, two fingers, a drag or `+`, `-` and `0`
// ask for. Dots grow with the zoom, words keep their size.
import { placeLabels } from "./labels";

const STEP = 1.4;
/** Times the whole drawing; and pixels that a press may move and still is one. */
const [MOST, STILL] = [24, 5];
/** Pixels around the dots for their labels: left, top, right, bottom. On a narrow box less, at the sides. */
const EDGES = [56, 34, 136, 44] as const;
/** Pixels around a press in which the nearest dot is meant: a finger is no needle. */
const NEAR = 24;

export class Zoom {
  private unit = 1;
  private x = 0;
  private y = 0;
  private zoom = 1;
  private width = 0;
  private height = 0;
  private core: [number, number, number, number];
  private fingers = new Map<number, PointerEvent>();
  private moved = 0;
  private waiting = 0;

  constructor(private stage: HTMLElement, readonly picture: SVGSVGElement) {
    this.core = picture.dataset.core!.split(" ").map(Number) as [number, number, number, number];
    stage.classList.add("live");
    stage.querySelector<HTMLElement>("[data-chart-zoom]")!.hidden = false;
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"] as const) stage.addEventListener(name, (event) => this.up(event));
    stage.addEventListener("click", (event) => this.press(event), true);
    stage.addEventListener("focusin", (event) => this.reveal(event.target as Element));
    new ResizeObserver(() => this.measure()).observe(stage);
    this.measure();
  }

  /** A key or a button: larger, smaller, or the whole. */
  key(name: string): boolean {
    if (name === "0") this.fit();
    else if (name === "+" || name === "=") this.scale(STEP, this.width / 2, this.height / 2);
    else if (name === "-") this.scale(1 / STEP, this.width / 2, this.height / 2);
    else return false;
    return true;
  }

  /** The whole drawing, victim and last column, as large as its box allows. */
  fit(): void {
    this.zoom = 1;
    const [left, top, right, low] = this.core;
    const [atLeft, atTop, atRight, atLow] = this.edges();
    const unit = Math.max((right - left) / (this.width - atLeft - atRight), (low - top) / (this.height - atTop - atLow), 0.5);
    this.unit = unit;
    this.x = left - atLeft * unit - ((this.width - atLeft - atRight) * unit - (right - left)) / 2;
    this.y = top - atTop * unit - ((this.height - atTop - atLow) * unit - (low - top)) / 2;
    this.draw();
  }

  /** Bring a dot that is out of sight into the middle. */
  reveal(target: Element | null): void {
    const dot = target?.closest<SVGGraphicsElement>(".dot");
    if (!dot) return;
    const [x, y] = this.middle(dot);
    if (x > this.x && x < this.x + this.width * this.unit && y > this.y && y < this.y + this.height * this.unit) return;
    this.centre(x, y);
  }

  /** Place the labels again, once what is lit or chosen has changed. */
  draw(): void {
    const [wide, high] = [this.width * this.unit, this.height * this.unit];
    this.picture.setAttribute("viewBox", `${this.x.toFixed(2)} ${this.y.toFixed(2)} ${wide.toFixed(2)} ${high.toFixed(2)}`);
    this.stage.classList.toggle("zoomed", this.zoom > 1);
    for (const button of this.stage.querySelectorAll<HTMLButtonElement>("[data-zoom='-'], [data-zoom='0']")) button.disabled = this.zoom <= 1;
    this.picture.querySelectorAll<SVGGElement>(".head").forEach((head) => head.setAttribute("transform", `translate(${head.dataset.x} ${this.y.toFixed(2)}) scale(${this.unit.toFixed(4)})`));
    this.overview();
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => placeLabels(this.picture, [this.x, this.y, this.x + wide, this.y + high], this.unit, this.zoom));
  }

  private edges(): readonly [number, number, number, number] {
    const narrow = this.width < 600;
    return narrow ? [36, EDGES[1], 64, EDGES[3]] : EDGES;
  }

  private measure(): void {
    const width = this.stage.clientWidth;
    const [left, top, right, low] = this.core;
    const edges = this.edges();
    const across = Math.max(0.5, (right - left) / Math.max(1, width - edges[0] - edges[2]));
    const wanted = (low - top) / across + edges[1] + edges[3];
    const height = Math.round(Math.max(Math.min(width * 0.9, 360), Math.min(wanted, innerHeight * 0.68, 736)));
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.picture.style.height = `${height}px`;
    this.fit();
  }

  /** So many times as large, with the point under the pointer where it is. */
  private scale(times: number, atX: number, atY: number): void {
    const zoom = Math.min(MOST, this.zoom * times);
    if (zoom <= 1) return this.fit();
    const unit = (this.unit * this.zoom) / zoom;
    this.x += atX * (this.unit - unit);
    this.y += atY * (this.unit - unit);
    [this.unit, this.zoom] = [unit, zoom];
    this.draw();
  }

  private centre(x: number, y: number): void {
    this.x = x - (this.width * this.unit) / 2;
    this.y = y - (this.height * this.unit) / 2;
    this.draw();
  }

  private wheel(event: WheelEvent): void {
    const times = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002));
    // The whole is shown already: the page scrolls on.
    if (times < 1 && this.zoom === 1) return;
    event.preventDefault();
    this.scale(times, ...this.at(event));
  }

  private at(event: MouseEvent): [number, number] {
    const box = this.picture.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private down(event: PointerEvent): void {
    if (event.button || (event.target as Element).closest("[data-chart-zoom]")) return;
    if (!this.fingers.size) this.moved = 0;
    this.fingers.set(event.pointerId, event);
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const others = [...this.fingers.values()].filter((finger) => finger.pointerId !== event.pointerId);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    this.moved += Math.hypot(dx, dy);
    this.fingers.set(event.pointerId, event);
    if (this.moved < STILL) return;
    if (!this.stage.hasPointerCapture(event.pointerId)) this.stage.setPointerCapture(event.pointerId);
    const other = others[0];
    if (other) {
      const far = (one: PointerEvent): number => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      const [x, y] = this.at(event);
      const [otherX, otherY] = this.at(other);
      this.scale(far(event) / far(before), (x + otherX) / 2, (y + otherY) / 2);
    } else if (this.zoom > 1) {
      this.x -= dx * this.unit;
      this.y -= dy * this.unit;
      this.draw();
    }
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
  }

  /** A press on nothing means the nearest dot; the end of a drag means none. */
  private press(event: MouseEvent): void {
    if ((event.target as Element).closest("[data-chart-zoom]")) return;
    if (this.moved >= STILL && event.detail) {
      this.moved = 0;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if ((event.target as Element).closest("a")) return;
    const [x, y] = this.at(event);
    let [nearest, least]: [SVGElement | null, number] = [null, NEAR * this.unit];
    for (const dot of this.picture.querySelectorAll<SVGGraphicsElement>(".dot")) {
      const [dotX, dotY] = this.middle(dot);
      const far = Math.hypot(dotX - this.x - x * this.unit, dotY - this.y - y * this.unit);
      if (far < least) [nearest, least] = [dot, far];
    }
    nearest?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }

  private middle(dot: Element): [number, number] {
    return dot.querySelector<SVGGElement>(".label")!.dataset.at!.split(" ").map(Number) as [number, number];
  }

  /** All dots as points, and the part that is shown, while that is not all. */
  private overview(): void {
    const small = this.stage.querySelector<SVGSVGElement>("[data-chart-overview]")!;
    small.toggleAttribute("hidden", this.zoom === 1);
    if (this.zoom === 1) return;
    const [left, top, right, low] = this.core;
    const [dots, shown] = [small.querySelector("path")!, small.querySelector("rect")!];
    if (!dots.hasAttribute("d")) {
      small.setAttribute("viewBox", `${left - 20} ${top - 20} ${right - left + 40} ${low - top + 40}`);
      dots.setAttribute("d", [...this.picture.querySelectorAll(".dot")].map((dot) => `M${this.middle(dot).slice(0, 2).join(" ")}h.1`).join(""));
    }
    const part = { x: this.x, y: this.y, width: this.width * this.unit, height: this.height * this.unit };
    for (const [name, value] of Object.entries(part)) shown.setAttribute(name, value.toFixed(1));
  }
}
