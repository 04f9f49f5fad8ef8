// Forms that cannot lose work. Loaded before the room's other scripts, since what sends a form comes first.
import { startForms } from "./approval";
import { startCalendar } from "./calendar";
import { startChecking } from "./checking";
import { startDrafts } from "./drafts";
import { startPicks } from "./picks";

startForms();
startPicks();
startDrafts();
startChecking();
startCalendar();
