// @ts-check
// Photos are made smaller before they travel (an old phone on a slow network), shown, and can be taken off again.
// Drawing them anew also leaves behind where they were taken. Where the browser can't, the file goes as it is.

const LONG_SIDE = 2048;
const MOST = 6;

/** @param {File} file @returns {Promise<File>} */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext("2d");
    if (!context) return file;
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    /** @type {Blob | null} */
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    // Not a picture this browser knows; the server will say what it thinks of it.
    return file;
  }
}

/** @param {HTMLInputElement} input @param {HTMLElement} list @param {HTMLElement} said */
export function letPhotosBeChosen(input, list, said) {
  if (typeof DataTransfer === "undefined") return;
  /** @type {File[]} */
  let chosen = [];

  const room = () => MOST - document.querySelectorAll("#kept input:checked").length;

  /** @param {File[]} files */
  const hold = (files) => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
  };

  const write = () => {
    hold(chosen);
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...chosen.map(preview));
  };

  /** @param {File} file @param {number} position */
  const preview = (file, position) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = (list.dataset.alt ?? "").replace("{n}", String(position + 1));
    image.width = image.height = 160;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button small";
    remove.textContent = list.dataset.remove ?? "";
    remove.setAttribute("aria-label", `${list.dataset.remove} ${image.alt}`);
    remove.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== file);
      write();
      input.focus();
    });
    item.append(image, remove);
    return item;
  };

  const take = async () => {
    const added = Array.from(input.files ?? []);
    const free = Math.max(0, room() - chosen.length);
    said.textContent = added.length > free ? (list.dataset.tooMany ?? "") : "";
    input.setAttribute("aria-busy", "true");
    // The browser has replaced the earlier choice; whoever sends at this moment sends all of them, large as they are.
    hold([...chosen, ...added.slice(0, free)]);
    // One after the other: six big pictures at once are more than an old phone can hold.
    for (const file of added.slice(0, free)) chosen.push(await smaller(file));
    write();
    input.removeAttribute("aria-busy");
  };
  input.addEventListener("change", take);
  // Chosen before this script was there, or kept by the browser over a reload.
  if (input.files?.length) take();
}
