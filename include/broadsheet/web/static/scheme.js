// The reader's choice of light or dark, before anything is drawn; without one the device's setting counts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("scheme");
  } catch {
    // Storage may be switched off: then the choice lasts as long as the page.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.scheme = chosen;
})();
