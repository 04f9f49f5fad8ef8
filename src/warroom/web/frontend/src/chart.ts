// The link chart of a case. The server draws it, and every address draws it again; this changes it in place, lights the
// routes of what is chosen at once, and gives the time line its two hands.
import { Chart } from "./chart/chart";

const page = document.querySelector<HTMLElement>("[data-chart]");
if (page) new Chart(page).start();
