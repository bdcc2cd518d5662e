// The time zone is guessed, the day of the week shown where it counts, and the preview follows what is typed.
const form = document.querySelector("form:has([name=cadence])");
const cadence = form.elements.cadence;
const zone = form.elements.timezone;
const weekly = form.querySelector("[data-weekly]");

const showWeekday = () => {
  weekly.hidden = cadence.value !== "weekly";
};
cadence.addEventListener("change", showWeekday);
showWeekday();

const guessed = Intl.DateTimeFormat().resolvedOptions().timeZone;
if ("guessZone" in form.dataset && [...zone.options].some((option) => option.value === guessed)) zone.value = guessed;

const preview = form.querySelector("[data-preview]");
const place = preview.querySelector("[data-preview-place]");
const TYPED = ["topics", "min_upvotes"];
let asked = null;
let waiting = 0;

const show = async () => {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams();
  query.set("lists", [...form.querySelectorAll("[name=lists]:checked")].map((box) => box.value).join());
  for (const name of TYPED) {
    const value = form.elements[name]?.value.trim();
    if (value) query.set(name, value);
  }
  try {
    const answer = await fetch(`${preview.dataset.preview}?${query}`, { signal: asked.signal });
    if (answer.ok) place.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") place.textContent = "The preview cannot be had just now.";
  }
};

const showSoon = (milliseconds) => {
  clearTimeout(waiting);
  waiting = setTimeout(show, milliseconds);
};

preview.querySelector("[data-preview-button]").hidden = true;
form.addEventListener("input", (event) => {
  if (event.target.name === "lists") showSoon(0);
  if (TYPED.includes(event.target.name)) showSoon(350);
});
show();
