// A lesson goes on without a signal: the page with all its items is kept on this telephone once one of them was opened (sw.ts).
// It is the same for everybody; what a learner answers is in no cache.
const LESSONS = "outside lessons ";
/** Milliseconds after which a page that has been read from the network is at rest: what is kept must not slow its first view. */
const REST = 2000;

async function keepLesson(page: string): Promise<void> {
  await navigator.serviceWorker.register("/learn/sw.js", { scope: "/learn" });
  const style = document.querySelector<HTMLLinkElement>("link[rel=stylesheet]")!.href;
  const cache = await caches.open(LESSONS + style);
  for (const name of await caches.keys()) if (name.startsWith(LESSONS) && name !== LESSONS + style) await caches.delete(name);
  const files = performance.getEntriesByType("resource").map((file) => file.name.split("#")[0]!);
  const brought = new Set(files.filter((file) => file.startsWith(`${location.origin}/static/`)));
  await Promise.all([...brought].map((file) => cache.add(new Request(file, { cache: "force-cache" })).catch(() => undefined)));
  // Last, so that the newest lesson stands last: without a signal the next item is looked for there.
  await cache.add("/learn");
  await cache.delete(page);
  await cache.add(page);
}

const whole = document.querySelector<HTMLAnchorElement>("a[data-whole]");
const address = whole?.pathname ?? location.pathname;
if ("serviceWorker" in navigator) addEventListener("load", () => setTimeout(() => void keepLesson(address), REST));
