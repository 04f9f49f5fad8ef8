// Pages that renew themselves: htmx asks for a list again, as the page's attributes say, and the stream says when.
import "htmx.org/dist/htmx.esm.js";
import { startLive } from "./live";
import { startQueue } from "./queue";
import { startSliders } from "./sliders";
import { startTicks } from "./ticks";
import { startWall } from "./wall";

startLive();
startQueue();
startSliders();
startTicks();
startWall();
