// What the vendored libraries put on every page, for the types of our own scripts. Leaflet's L comes with its own types.
import htmxLibrary from "htmx.org";

declare global {
  const htmx: typeof htmxLibrary;
}
