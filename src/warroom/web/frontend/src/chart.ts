// The link chart of a case. The server's drawing and tables stand on the page already; this adds a drawing to walk
// through, laid out off the page's thread, with steps that can be taken back.
import { Room } from "./chart/room";

const section = document.querySelector<HTMLElement>("[data-chart]");
if (section?.querySelector("[data-chart-stage]")) void new Room(section).start();
