// @ts-check
// The token goes from the page into the phone's store, once; what another person left on this phone goes first.

import { read, wipe, write } from "./store.js";

const made = /** @type {HTMLElement | null} */ (document.getElementById("enrolled"));
if (made) {
  const { token, phone, app } = made.dataset;
  const before = await read("self", "token");
  if (before) await wipe();
  await write(({ self }) => {
    self.put(token, "token");
    self.put(Number(phone), "phone");
  });
  made.remove();
  location.replace(app ?? "/field/");
}
