// Steps of looking at a chart, which can be taken back and done again.
import type { State } from "./drawn";

export class Past {
  private states: State[];
  private at = 0;

  constructor(first: State) {
    this.states = [first];
  }

  get now(): State {
    return this.states[this.at]!;
  }

  get mayUndo(): boolean {
    return this.at > 0;
  }

  get mayRedo(): boolean {
    return this.at < this.states.length - 1;
  }

  step(change: Partial<State>): void {
    this.states = [...this.states.slice(0, this.at + 1), { ...this.now, ...change }];
    this.at++;
  }

  undo(): boolean {
    if (!this.mayUndo) return false;
    this.at--;
    return true;
  }

  redo(): boolean {
    if (!this.mayRedo) return false;
    this.at++;
    return true;
  }
}
