// Forms that cannot lose work. Loaded before the room's other scripts, since what sends a form comes first.
import { startForms } from "./approval";
import { startCalendar } from "./calendar";
import { startChecking } from "./checking";
import { startDrafts } from "./drafts";
import { startFiles } from "./files";
import { startPicks } from "./picks";
import { startSieve } from "./sieve";

startForms();
startPicks();
startDrafts();
startFiles();
startChecking();
startCalendar();
startSieve();
