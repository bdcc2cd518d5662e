// Tells of new changes while the page is read, and shows them when asked to: nothing moves under the reader's eyes.

const live = document.querySelector("[data-live]");
const button = live.querySelector("button");
const told = document.querySelector("[data-told]");
const KINDS = ["entered", "returned", "left", "rose", "fell", "gained", "revised", "enriched"];
const SETTLE_MILLISECONDS = 400;
const AGAIN_MILLISECONDS = 60_000;

const address = new URL(live.dataset.stream, location.href);
let newestShown = Number(address.searchParams.get("after"));
let newestTold = newestShown;
let count = 0;
let source = null;
let saying = 0;

const say = () => {
  button.hidden = count === 0;
  button.textContent = count === 1 ? "1 new change" : `${count.toLocaleString("en")} new changes`;
};

const hear = (event) => {
  newestTold = Number(event.lastEventId);
  count += 1;
  // A publication brings many at once: they are announced together.
  clearTimeout(saying);
  saying = setTimeout(say, SETTLE_MILLISECONDS);
};

const listen = () => {
  source?.close();
  address.searchParams.set("after", newestTold);
  source = new EventSource(address);
  for (const kind of KINDS) source.addEventListener(kind, hear);
  source.addEventListener("error", () => {
    // A lost connection comes back by itself; a refusal (too many listen) does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MILLISECONDS);
  });
};

const show = async () => {
  button.disabled = true;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    told.replaceChildren(...page.querySelector("[data-told]").children);
    document.querySelector(".pager").replaceChildren(...page.querySelector(".pager").children);
    const shown = new URL(page.querySelector("[data-live]").dataset.stream, location.href);
    markFresh(newestShown);
    newestShown = newestTold = Number(shown.searchParams.get("after"));
    count = 0;
    say();
    listen();
  } catch {
    location.reload();
  } finally {
    button.disabled = false;
  }
};

const markFresh = (after) => {
  for (const change of told.querySelectorAll("[data-seq]")) {
    if (Number(change.dataset.seq) > after) change.dataset.fresh = "";
  }
  const first = told.querySelector("h2");
  if (first) {
    first.tabIndex = -1;
    first.focus();
  }
};

button.addEventListener("click", show);
// A browser keeps few connections to one site: a page that nobody sees gives its own back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) source?.close();
  else listen();
});
if (!document.hidden) listen();
