// What the room tells of a chart, and what of it lies within a span of time.
export type Words = Record<string, string> & {
  kind: Record<string, string>;
  relation: Record<string, string>;
  mark: Record<string, string>;
};
export type Note = { node: string; text: string; officer: string; at: string };
export type Chart = {
  case: string;
  asOf: number;
  first: number | null;
  last: number | null;
  opened: string[];
  leftOut: [number, number, number];
  mayOpen: boolean;
  exercise: string;
  language: string;
  zone: string;
  buddhist: boolean;
  nodes: {
    id: string[];
    kind: string[];
    label: string[];
    bank: string[];
    hop: (number | null)[];
    still: number[];
    marks: string[][];
    group: number[];
    open: number[];
  };
  ties: {
    start: number[];
    end: number[];
    relation: string[];
    first: number[];
    last: (number | null)[];
    amount: number[];
    count: number[];
    moves: number[][];
  };
  notes: Note[];
  words: Words;
};
export type Span = { since: number | null; until: number | null };
export type Way = { nodes: string[]; ties: string[]; steps: string[] };

/** The room gave no answer that fits: it cannot be reached, or the sign-in is over. */
export class Lost extends Error {}

export async function ask<T>(address: string): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address, { headers: { accept: "application/json" } });
  } catch {
    throw new Lost();
  }
  if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) throw new Lost();
  return (await answer.json()) as T;
}

/** How much money moved on a tie within a span, in how many transfers; null where the tie lies outside of it. */
export function within(chart: Chart, tie: number, span: Span): { amount: number; count: number } | null {
  const { first, last, amount, count, moves, relation } = chart.ties;
  const [since, until] = [span.since ?? -Infinity, span.until ?? Infinity];
  const own = moves[tie] ?? [];
  if (relation[tie] !== "money" || own.length === 0 || (since <= first[tie]! && until >= (last[tie] ?? Infinity))) {
    return first[tie]! <= until && (last[tie] ?? Infinity) >= since ? { amount: amount[tie]!, count: count[tie]! } : null;
  }
  const found = { amount: 0, count: 0 };
  for (let at = 0; at < own.length; at += 2) {
    if (own[at]! < since || own[at]! > until) continue;
    found.amount += own[at + 1]!;
    found.count++;
  }
  return found.count ? found : null;
}

export function baht(satang: number): string {
  return (satang / 100).toLocaleString("en", { minimumFractionDigits: satang % 100 ? 2 : 0, maximumFractionDigits: 2 });
}

export function moment(chart: Chart, seconds: number): string {
  const calendar = chart.buddhist ? "buddhist" : "gregory";
  const locale = chart.language === "th" ? "th-TH" : "en-GB";
  return new Intl.DateTimeFormat(`${locale}-u-ca-${calendar}-nu-latn`, { timeZone: chart.zone, dateStyle: "medium", timeStyle: "short" }).format(seconds * 1000);
}

export function fill(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
