import { startClocks } from "./clocks";
import { startExercise } from "./exercise";
import { startPalette } from "./palette";
import { startPasskeys } from "./passkeys";

startClocks();
startExercise();
startPalette();
startPasskeys();

// What folds on the screen is open on paper.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll<HTMLDetailsElement>("details.same").forEach((details) => (details.open = true));
});
