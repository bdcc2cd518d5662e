// The key / goes to the search box, as long as nothing is being written elsewhere.
const box = document.querySelector("[data-search-box]");

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  event.preventDefault();
  box.focus();
  box.select();
});
