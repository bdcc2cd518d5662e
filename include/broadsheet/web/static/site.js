// What pages can do beyond links and forms. Everything works without it.
const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (root.dataset.scheme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

for (const button of document.querySelectorAll("[data-scheme-button]")) {
  const label = () => {
    button.textContent = isDark() ? "Light" : "Dark";
  };
  button.hidden = false;
  label();
  prefersDark.addEventListener("change", label);
  button.addEventListener("click", () => {
    root.dataset.scheme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("scheme", root.dataset.scheme);
    } catch {
      // Storage may be switched off: then the choice lasts as long as the page.
    }
    label();
  });
}
