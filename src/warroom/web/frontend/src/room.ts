import { startCalendar } from "./calendar";
import { startChecking } from "./checking";
import { startClocks } from "./clocks";
import { startDrafts } from "./drafts";
import { startExercise } from "./exercise";
import { startForms } from "./forms";
import { startKeys } from "./keys";
import { startPasskeys } from "./passkeys";

startClocks();
startForms();
startDrafts();
startChecking();
startCalendar();
startExercise();
startKeys();
startPasskeys();

// What folds on the screen is open on paper.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll<HTMLDetailsElement>("details.same").forEach((details) => (details.open = true));
});
