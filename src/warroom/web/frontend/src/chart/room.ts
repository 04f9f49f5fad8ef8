// What a reader does on the chart: choosing, opening, ways, spans, finding, taking back, taking along.
import { ask, fill, Lost, moment, type Chart, type Way } from "./data";
import { draw, FEW, groupName, middles, nameOf, type Drawing, type State } from "./drawn";
import { Layouts } from "./layouts";
import { entryOf, List } from "./list";
import { Past } from "./past";
import { picked } from "./picked";
import { picture } from "./picture";
import { Stage } from "./stage";

type Pending = { start: string; by: "hops" | "money" } | null;
const STEPS = 1000; // of the sliders

export class Room {
  private chart!: Chart;
  private past!: Past;
  private list!: List;
  private stage: Stage | null = null;
  private readonly layouts: Layouts;
  private places: Float32Array = new Float32Array();
  private groups: Float32Array = new Float32Array();
  private drawing: Drawing = { dots: new Map(), lines: [], folded: false, undrawn: 0 };
  private charts = new Map<string, Chart>();
  private chosen = "";
  private pending: Pending = null;

  constructor(private readonly box: HTMLElement) {
    this.layouts = new Layouts(box.dataset.worker!);
  }

  private part<T extends HTMLElement>(name: string): T {
    return this.box.querySelector<T>(`[data-chart-${name}]`)!;
  }

  private get base(): string {
    return this.box.dataset.chart!;
  }

  /** What every question carries: the moment and the span of the page, what is opened, and more. */
  private query(...more: [string, string][]): URLSearchParams {
    const asked = new URLSearchParams(location.search);
    const kept = ["as_of", "since", "until"].flatMap((name) => (asked.get(name) ? [[name, asked.get(name)!]] : []));
    return new URLSearchParams([...kept, ...this.past.now.opened.map((one) => ["open", one]), ...more]);
  }

  async start(): Promise<void> {
    const asked = ask<Chart>(`${this.base}/data${location.search}`);
    asked.catch(() => undefined);
    await document.fonts.ready;
    this.setUp(); // compiling what draws takes a while, and the room's answer too
    try {
      this.chart = await asked;
    } catch {
      [this.part("stage").hidden, this.part("still").hidden] = [true, false]; // the server's drawing and tables stay
      return;
    }
    this.charts.set(this.chart.opened.join("\n"), this.chart);
    this.past = new Past({ opened: this.chart.opened, unfolded: [], span: { since: null, until: null }, way: [] });
    this.list = new List(this.part("list"), this.chart.words, (key) => this.choose(key), (key) => void this.enter(key));
    this.wire();
    for (const name of ["tools", "side", "spans", "keys"]) this.part(name).hidden = false;
    if (this.chart.first === null || this.chart.first === this.chart.last) this.part("spans").hidden = true;
    await this.lay();
  }

  private setUp(): void {
    const [stage, still] = [this.part("stage"), this.part("still")];
    [stage.hidden, still.hidden] = [false, true];
    try {
      this.stage = new Stage(stage, (key) => this.choose(key), (key) => void this.enter(key));
    } catch {
      [stage.hidden, still.hidden] = [true, false]; // no WebGL: the server's drawing stays, the list works
    }
    performance.mark("chart-stage");
  }

  /** Lay out what is not laid out yet, and show it. Of a large chart the groups are shown while their nodes are placed. */
  private async lay(): Promise<void> {
    const { chart } = this;
    const count = chart.nodes.id.length;
    if (count > FEW) this.say(fill(chart.words.laying!, { count: count.toLocaleString("en") }));
    const laid = await this.layouts.ask(chart, (early) => {
      if (count <= FEW || chart !== this.chart) return;
      this.groups = early.places;
      this.places = new Float32Array(count * 2);
      this.show();
    });
    if (chart !== this.chart) return;
    this.places = laid.places;
    this.groups = middles(chart, laid.places);
    this.box.dataset.laid = String(Math.round(laid.ms));
    this.show();
    this.stage?.fit();
    if (this.part("said").textContent === "" || count > FEW) this.summary();
  }

  private show(): void {
    this.drawing = draw(this.chart, this.past.now, this.places, this.groups);
    if (!this.drawing.dots.has(this.chosen)) this.chosen = "";
    this.stage?.show(this.drawing, this.chosen);
    this.list.show(this.entries(), this.chosen);
    this.about();
    const set = (act: string, off: boolean): void => void this.box.querySelector(`[data-act=${act}]`)!.toggleAttribute("disabled", off);
    set("undo", !this.past.mayUndo);
    set("redo", !this.past.mayRedo);
    set("fold", this.past.now.unfolded.length === 0);
    this.spans();
  }

  private entries(): ReturnType<typeof entryOf>[] {
    const asked = this.part<HTMLInputElement>("find").value.trim().toLowerCase();
    const dots = [...this.drawing.dots.values()].sort((one, other) => other.still - one.still || other.count - one.count);
    if (!asked) return dots.map((dot) => entryOf(this.chart.words, dot));
    // What is folded is found too; choosing it opens its group.
    return this.chart.nodes.id
      .map((key, node) => ({ key, name: nameOf(this.chart, node), tail: "" }))
      .filter((entry) => entry.name.toLowerCase().includes(asked));
  }

  private choose(key: string): void {
    const node = this.chart.nodes.id.indexOf(key);
    if (node >= 0 && !this.drawing.dots.has(key) && this.drawing.folded) this.unfold(this.chart.nodes.group[node]!);
    this.chosen = key;
    this.list.pick(key);
    this.stage?.pick(key);
    this.about();
    if (this.pending && node >= 0 && key !== this.pending.start) void this.way(this.pending, key);
  }

  private about(): void {
    const dot = this.drawing.dots.get(this.chosen);
    picked(this.part("picked"), this.chart, this.drawing, dot ?? null);
    this.part("does").hidden = !dot;
    if (!dot) return;
    const opens = dot.node === null || (this.chart.nodes.open[dot.node] === 1 && !this.past.now.opened.includes(dot.key));
    for (const [act, off] of [["open", !opens], ["way", dot.node === null], ["money", dot.node === null], ["note", dot.node === null]] as const) {
      this.box.querySelector(`[data-act=${act}]`)?.toggleAttribute("disabled", off);
    }
  }

  /** Enter opens what is chosen: a group shows its nodes, a node shows what it hangs together with. */
  private async enter(key: string): Promise<void> {
    const dot = this.drawing.dots.get(key);
    if (!dot) return;
    if (dot.node === null) {
      this.unfold(dot.group);
      this.say(fill(this.chart.words.unfolded!, { name: groupName(this.chart, dot.group) }));
      return;
    }
    if (this.chart.nodes.open[dot.node] !== 1) return;
    const opened = [...this.past.now.opened, key];
    await this.safely(async () => {
      const query = this.query(["opening", key]);
      this.charts.set(opened.join("\n"), await ask<Chart>(`${this.base}/data?${query}`));
      const group = this.chart.nodes.group[dot.node!]!;
      await this.step({ opened, unfolded: [...new Set([...this.past.now.unfolded, group])] });
      this.say(fill(this.chart.words.openedOne!, { name: nameOf(this.chart, this.chart.nodes.id.indexOf(key)) }));
    });
  }

  private unfold(group: number): void {
    void this.step({ unfolded: [...this.past.now.unfolded, group] });
  }

  private async way(pending: NonNullable<Pending>, end: string): Promise<void> {
    this.pending = null;
    await this.safely(async () => {
      const query = this.query(["start", pending.start], ["end", end], ["by", pending.by]);
      const { since, until } = this.past.now.span;
      if (since !== null) query.set("since", String(since));
      if (until !== null) query.set("until", String(until));
      const found = await ask<Way>(`${this.base}/way?${query}`);
      if (!found.nodes.length) return this.say(this.chart.words.noWay!);
      const places = found.nodes.map((id) => this.chart.nodes.id.indexOf(id));
      const groups = places.map((node) => this.chart.nodes.group[node]!);
      await this.step({ way: found.ties, unfolded: [...new Set([...this.past.now.unfolded, ...groups])] });
      const names = places.map((node, at) => nameOf(this.chart, node) + (at && found.steps[at - 1] ? ` (${found.steps[at - 1]})` : ""));
      this.say(fill(this.chart.words.way!, { count: found.ties.length, names: names.join(" → ") }));
    });
  }

  private async step(change: Partial<State>): Promise<void> {
    this.past.step(change);
    await this.arrive();
  }

  /** Show the state that is now: its chart is known, its places perhaps not. */
  private async arrive(): Promise<void> {
    const chart = this.charts.get(this.past.now.opened.join("\n"))!;
    if (chart === this.chart) return this.show();
    this.chart = chart;
    await this.lay();
  }

  private async back(done: boolean, words: string): Promise<void> {
    if (!done) return this.say(this.chart.words.nothing!);
    await this.arrive();
    this.say(words);
  }

  private act(name: string): void {
    const words = this.chart.words;
    if (name === "undo") void this.back(this.past.undo(), words.undone!);
    if (name === "redo") void this.back(this.past.redo(), words.redone!);
    if (name === "fit") this.stage?.fit();
    if (name === "fold" && this.past.now.unfolded.length) void this.step({ unfolded: [], way: [] }).then(() => this.say(words.folded!));
    if (name === "open") void this.enter(this.chosen);
    if (name === "way" || name === "money") this.from(name === "way" ? "hops" : "money");
    if (name === "svg" || name === "png") void this.take(name);
    if (name === "note") {
      location.assign(`${this.base}?${this.query(["about", this.chosen])}#pin`);
    }
  }

  private from(by: "hops" | "money"): void {
    this.pending = { start: this.chosen, by };
    this.say(fill(this.chart.words.chooseEnd!, { name: this.drawing.dots.get(this.chosen)!.name }));
    this.part("list").focus();
  }

  private async take(form: "svg" | "png"): Promise<void> {
    await this.safely(async () => {
      const query = this.query();
      const body = new URLSearchParams({ csrf: this.box.dataset.csrf!, form });
      const noted = await fetch(`${this.base}/exported?${query}`, { method: "POST", body }).catch(() => null);
      if (noted?.status !== 204) throw new Lost();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await picture(form, this.chart, this.drawing));
      link.download = `chart-${this.chart.case}.${form}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }

  private wire(): void {
    this.box.addEventListener("click", (event) => {
      const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]")?.dataset.act;
      if (act) this.act(act);
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
    const find = this.part<HTMLInputElement>("find");
    find.addEventListener("input", () => {
      const found = this.entries();
      this.list.show(found, this.chosen);
      if (find.value.trim()) this.say(fill(this.chart.words.found!, { count: found.length.toLocaleString("en") }));
    });
    for (const name of ["since", "until"]) {
      this.part(name).addEventListener("input", () => this.spanWords());
      this.part(name).addEventListener("change", () => this.choosesSpan());
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const find = this.part<HTMLInputElement>("find");
    if (event.target === find) {
      if (event.key === "Enter") this.list.first();
      else if (event.key === "Escape") {
        find.value = "";
        find.dispatchEvent(new Event("input"));
        this.part("list").focus();
      } else return;
    } else if (event.key === "/") find.focus();
    else if (event.key === "u") this.act("undo");
    else if (event.key === "r") this.act("redo");
    else if (event.key === "f") this.act("fold");
    else if (event.key === "Escape" && this.pending) {
      this.pending = null;
      this.summary();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the page's own `/` goes to its search
  }

  private at(slider: "since" | "until"): number {
    const { first, last } = this.chart;
    return Math.round(first! + ((last! - first!) * Number(this.part<HTMLInputElement>(slider).value)) / STEPS);
  }

  private choosesSpan(): void {
    const [since, until] = [this.at("since"), this.at("until")].sort((one, other) => one - other) as [number, number];
    const { first, last } = this.chart;
    void this.step({ span: { since: since <= first! ? null : since, until: until >= last! ? null : until } });
  }

  private spans(): void {
    const { first, last } = this.chart;
    const { since, until } = this.past.now.span;
    if (first === null || last === null || first === last) return;
    const share = (at: number): string => String(Math.round(((at - first) / (last - first)) * STEPS));
    this.part<HTMLInputElement>("since").value = since === null ? "0" : share(since);
    this.part<HTMLInputElement>("until").value = until === null ? String(STEPS) : share(until);
    this.spanWords();
  }

  private spanWords(): void {
    this.part("from").textContent = moment(this.chart, this.at("since"));
    this.part("to").textContent = moment(this.chart, this.at("until"));
  }

  private summary(): void {
    const { chart } = this;
    const [nodes, ties] = chart.leftOut;
    const counts = { nodes: chart.nodes.id.length, ties: chart.ties.start.length, groups: new Set(chart.nodes.group).size };
    const left = nodes || ties ? ` ${fill(chart.words.leftOut!, { nodes, ties })}` : "";
    const undrawn = this.drawing.undrawn ? ` ${fill(chart.words.undrawn!, { count: this.drawing.undrawn.toLocaleString("en") })}` : "";
    this.say(fill(chart.words.laid!, counts) + left + undrawn);
  }

  private async safely(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (fault) {
      if (!(fault instanceof Lost)) throw fault;
      this.say(this.chart.words.lost!);
    }
  }

  private say(words: string): void {
    this.part("said").textContent = words;
  }
}
