/** A sheet as a PNG, painted from its SVG by the browser itself. */

/** Dots a millimetre: 200 to the inch. */
const DOTS = 8;
const [WIDE, HIGH] = [210, 297];

/** @param {string} address @param {string} name */
async function keepPicture(address, name) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const source = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDE * DOTS, HIGH * DOTS];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(source);
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replaceAll(" / ", "-")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-png]"));
  if (button) void keepPicture(button.dataset.png ?? "", button.dataset.name ?? "");
});
