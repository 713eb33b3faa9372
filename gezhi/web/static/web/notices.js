/** Short messages, shown and read out. */

/** Put a message in place of the last one. @param {string} text @param {"info" | "success" | "error"} [tone] */
export function notify(text, tone = "info") {
  const box = document.getElementById("notices");
  if (!box || !text) return;
  const notice = document.createElement("div");
  notice.className = `notice notice-${tone}`;
  if (tone === "error") notice.setAttribute("role", "alert");
  notice.append(text);
  box.replaceChildren(notice);
}
