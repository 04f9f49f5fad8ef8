// The worker that lays charts out, asked one chart at a time; an answer to an older question is dropped.
import type { Asked, Laid } from "../layout";
import type { Chart } from "./data";

export class Layouts {
  private readonly worker: Worker;
  private places = new Map<string, [number, number]>();
  private waiting: { ids: string[]; groups: (laid: Laid) => void; done: (laid: Laid) => void } | null = null;

  constructor(address: string) {
    this.worker = new Worker(address, { type: "module" });
    this.worker.addEventListener("message", (event: MessageEvent<Laid>) => {
      const asked = this.waiting;
      if (!asked) return;
      if (event.data.kind === "groups") return asked.groups(event.data);
      this.waiting = null;
      asked.ids.forEach((id, n) => this.places.set(id, [event.data.places[n * 2]!, event.data.places[n * 2 + 1]!]));
      asked.done(event.data);
    });
  }

  /** `groups` is told where groups stand as soon as they do; the answer is where the nodes stand. */
  ask(chart: Chart, groups: (laid: Laid) => void): Promise<Laid> {
    const { id, group } = chart.nodes;
    const before = new Float32Array(id.length * 2);
    id.forEach((name, n) => before.set(this.places.get(name) ?? [NaN, NaN], n * 2));
    const asked: Asked = {
      groups: Int32Array.from(group),
      starts: Uint32Array.from(chart.ties.start),
      ends: Uint32Array.from(chart.ties.end),
      before,
    };
    return new Promise((done) => {
      this.waiting = { ids: id, groups, done };
      this.worker.postMessage(asked, [asked.groups.buffer, asked.starts.buffer, asked.ends.buffer, before.buffer]);
    });
  }
}
