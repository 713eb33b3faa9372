/** What every page does: the switch between light and dark, menus that close, notices that can be put away. */


document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-theme-switch]")) {
    const dark = document.documentElement.dataset.bsTheme !== "dark";
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    try {
      localStorage.setItem("theme", dark ? "dark" : "light");
    } catch {
      // Only this page then.
    }
  }
  target.closest("[data-dismiss]")?.closest(".notice")?.remove();
  if (target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  }
});

// What was typed and not sent stays in this tab only, and not beyond the session.
document.addEventListener("submit", (event) => {
  if (/** @type {Element} */ (event.target).matches("[data-sign-out]")) sessionStorage.clear();
});
