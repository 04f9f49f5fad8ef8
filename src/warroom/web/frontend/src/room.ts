import { startClocks } from "./clocks";
import { startExercise } from "./exercise";
import { startFolds } from "./folds";
import { startKeys } from "./keys";
import { startPasskeys } from "./passkeys";

startClocks();
startExercise();
startFolds();
startKeys();
startPasskeys();

// What folds on the screen is open on paper.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll<HTMLDetailsElement>("details.same").forEach((details) => (details.open = true));
});
