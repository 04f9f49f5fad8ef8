import { startClocks } from "./clocks";
import { startExercise } from "./exercise";
import { startKeys } from "./keys";
import { startPalette } from "./palette";
import { startPasskeys } from "./passkeys";

startClocks();
startExercise();
startKeys();
startPalette();
startPasskeys();

// What folds on the screen is open on paper.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll<HTMLDetailsElement>("details.same").forEach((details) => (details.open = true));
});
