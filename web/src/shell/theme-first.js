// Runs before the first paint: what the person chose stands on <html>, so no page flashes in the other colours.
(() => {
  let chosen = "system";
  try {
    chosen = localStorage.getItem("tokenry.theme") || "system";
  } catch {
    // storage is switched off: the system's choice
  }
  document.documentElement.classList.add(chosen === "light" || chosen === "dark" ? chosen : "system");
})();
