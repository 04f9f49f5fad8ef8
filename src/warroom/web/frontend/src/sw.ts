// Stands between the forms of a report, the lessons and the network: without a signal they open as they were seen last, a form that
// could not be sent comes back as it was, to be sent later, and a lesson goes on on the page of all its items. It asks for nothing by
// itself and keeps no answer of the server.
type Waiting = Event & { waitUntil(done: Promise<unknown>): void };
type Asked = Event & { request: Request; respondWith(said: Promise<Response>): void };
const worker = self as unknown as EventTarget & { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } };
export {};
const FORMS = ["/report/money", "/report/tip"];

async function form(request: Request, path: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (problem) {
    const seen = await caches.match(path);
    if (!seen) throw problem;
    // Whether it arrived is not known: sent again under the same key, it is the same report.
    return request.method === "POST" ? Response.redirect(`${path}#waits`, 303) : seen;
  }
}

/** A lesson's page; of one that cannot be reached its whole page, and of an answer that of the lesson opened last. */
async function lesson(request: Request, path: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (problem) {
    const wholes = await listWholes();
    const whole = request.method === "POST" ? wholes.at(-1) : wholes.find((page) => page === path || page === `${path}/whole`);
    if (whole && whole !== path) return Response.redirect(whole, 303);
    const seen = await caches.match(path);
    if (!seen) throw problem;
    return seen;
  }
}

/** The lessons' whole pages that are kept, the newest last. */
async function listWholes(): Promise<string[]> {
  const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
  return kept.flat().map((request) => new URL(request.url).pathname).filter((page) => page.endsWith("/whole"));
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

worker.addEventListener("install", (event) => (event as Waiting).waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => (event as Waiting).waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate" && FORMS.includes(pathname)) (event as Asked).respondWith(form(request, pathname));
  else if (request.mode === "navigate" && (pathname === "/learn" || pathname.startsWith("/learn/"))) (event as Asked).respondWith(lesson(request, pathname));
  else if (request.method === "GET" && pathname.startsWith("/static/")) (event as Asked).respondWith(file(request));
});
