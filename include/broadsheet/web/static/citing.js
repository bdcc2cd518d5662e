// "Copy citation" and its like: a button copies the text of the element that it names. Where the browser does not let
// a page write to the clipboard (no https), the text is shown and selected instead.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const told = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      told.textContent = "Copied.";
    } catch {
      const hidden = source.closest("details");
      if (hidden) hidden.open = true;
      getSelection().selectAllChildren(source);
      source.focus();
      told.textContent = "Selected: copy it with your keyboard.";
    }
  });
}
