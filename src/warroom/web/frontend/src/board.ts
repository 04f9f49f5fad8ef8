// The board asks for itself again every 15 seconds; htmx does the asking, as the page's attributes say.
import "htmx.org/dist/htmx.esm.js";
