// @ts-check
// Photos are made small on the phone and drawn anew, which leaves behind where and when they were taken; they are known by the digest of what is sent.

/** @typedef {import("./queue.js").Photo} Photo */

const LONG_SIDE = 1600;
const QUALITY = 0.8;
export const MOST_PHOTOS = 6;

/**
 * A file from the camera as it will be sent. Rejects for what the browser can't read as a picture.
 * @param {Blob} file @returns {Promise<Photo>}
 */
export async function developed(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("not drawn");
  return { sha256: await digest(blob), blob };
}

/** @param {Blob} blob @returns {Promise<string>} */
async function digest(blob) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
