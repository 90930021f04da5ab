// Keeps regions fresh. An element with id and data-live="topic topic" is replaced,
// without losing focus, scroll or what is being typed, when the server hints that one
// of its topics changed. A hint carries nothing: the page is read again.
(() => {
  const root = document.documentElement;
  // The answer to a form has no address of its own to be read again from.
  if (root.hasAttribute("data-posted")) return;
  const said = document.getElementById("said");
  const stale = document.getElementById("stale");
  const regions = () => [...document.querySelectorAll("[data-live][id]")];
  const topicsOf = (el) => el.dataset.live.split(/\s+/).filter(Boolean);
  const topics = () => [...new Set(regions().flatMap(topicsOf))].sort();

  let source, wait = 1000, timer, heard = "", asked = new Set(), busy = false, last = -1000;

  // A form in which something was changed or is being written belongs to the person.
  const changed = (c) =>
    c.type === "hidden" || c.type === "submit" ? false :
    c.type === "checkbox" || c.type === "radio" ? c.checked !== c.defaultChecked :
    c.tagName === "SELECT" ? c.selectedIndex !== Math.max(0, [...c.options].findIndex((o) => o.defaultSelected)) :
    "defaultValue" in c && c.value !== c.defaultValue;
  const held = (el) =>
    (el.tagName === "FORM" && ([...el.elements].some(changed) || (el.contains(document.activeElement) && document.activeElement.matches("input,select,textarea")))) ||
    (el.tagName === "DIALOG" && el.open) ||
    (el.matches?.("details.panel[open]")) ||
    (el.hasAttribute?.("data-keep"));
  const holds = (el) => el.nodeType === 1 && (held(el) || [...el.querySelectorAll("form,dialog,details,[data-keep]")].some(held));

  const callbacks = {
    // The one-use key of a form stays what it was: a second tap must look like the first.
    beforeNodeMorphed: (old) => old.nodeType !== 1 || !(held(old) || old.hasAttribute("data-key-of-form")),
    beforeNodeRemoved: (old) => !holds(old),
    // What the person opened stays open; its content is renewed.
    beforeAttributeUpdated: (name, el) => !((name === "open" && el.tagName === "DETAILS") || name === "data-sent"),
  };

  // Leaves for what the server now shows here, but never with what someone is writing.
  function leave() {
    if (![...document.forms].some(held)) location.reload();
    else if (stale) stale.hidden = false;
  }

  function say(words) {
    if (said && words) { said.textContent = ""; setTimeout(() => { said.textContent = words; }, 60); }
  }

  async function refresh(all) {
    if (busy) { if (all) asked.add("*"); return; }
    busy = true;
    last = performance.now();
    const wanted = asked;
    asked = new Set();
    try {
      const answer = await fetch(location.href, { headers: { "X-Live": "1" }, credentials: "same-origin" });
      if (answer.redirected && new URL(answer.url).pathname !== location.pathname) return leave();
      if ([401, 403, 404].includes(answer.status)) return leave();
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      root.dataset.now = fresh.documentElement.dataset.now;
      root.dispatchEvent(new CustomEvent("fresh:now"));
      for (const el of regions()) {
        if (!all && !wanted.has("*") && !topicsOf(el).some((t) => wanted.has(t))) continue;
        const next = fresh.getElementById(el.id);
        if (!next) continue;
        const before = el.dataset.says;
        const at = [...el.querySelectorAll("[data-scroll]")].map((s) => [s.id, s.scrollTop, s.scrollLeft]);
        // Idiomorph leaves what has the focus as it is, with all it holds: right for a field, wrong for a row of a table.
        const ignoreActiveValue = !!document.activeElement?.matches("input,select,textarea,[contenteditable]");
        Idiomorph.morph(el, next, { morphStyle: "outerHTML", ignoreActiveValue, callbacks });
        for (const [id, y, x] of at) document.getElementById(id)?.scrollTo(x, y);
        if (next.dataset.says && next.dataset.says !== before) say(next.dataset.says);
      }
      const badges = fresh.querySelector(".tabs");
      const tabs = document.querySelector(".tabs");
      if (badges && tabs) Idiomorph.morph(tabs, badges, { ignoreActiveValue: true });
      if (document.title !== fresh.title) document.title = fresh.title;
      if (stale) stale.hidden = true;
      root.dispatchEvent(new CustomEvent("fresh"));
    } catch {
      if (stale) stale.hidden = false;
      asked.add("*");
      setTimeout(refresh, 5000);
    } finally {
      busy = false;
      if (asked.size && stale?.hidden !== false) soon();
    }
  }

  // Hints that come together are one reading; a busy board is read twice a second at most.
  const soon = () => { clearTimeout(timer); timer = setTimeout(refresh, Math.max(80, last + 500 - performance.now())); };

  function listen() {
    const list = topics();
    source?.close();
    heard = list.join(",");
    if (!list.length) return;
    source = new EventSource("/live?topics=" + encodeURIComponent(heard));
    const mine = source;
    let opened = false;
    // Something may have changed between the page and the stream, the first time as the others.
    mine.addEventListener("open", () => { opened = true; wait = 1000; refresh(true); });
    mine.addEventListener("hint", (e) => { asked.add(e.data); soon(); });
    mine.addEventListener("over", () => { mine.close(); source = undefined; leave(); });
    // We come back by ourselves: with a jitter, so that a restart is not a stampede.
    mine.addEventListener("error", () => {
      mine.close();
      if (mine !== source) return;
      if (stale && opened) stale.hidden = navigator.onLine;
      setTimeout(() => { if (mine === source) listen(); }, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 30000);
    });
  }

  // A browser opens six streams at most: a page nobody looks at gives its own back,
  // save a board that is watched from afar.
  let sleep;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(sleep);
    if (document.hidden && !root.hasAttribute("data-watch")) sleep = setTimeout(() => { source?.close(); source = undefined; }, 30000);
    else if (!document.hidden && !source) listen();
  });
  root.addEventListener("fresh", () => { if (topics().join(",") !== heard) listen(); });
  addEventListener("online", () => { if (topics().length) listen(); });
  addEventListener("pageshow", (e) => { if (e.persisted && topics().length) { refresh(true); listen(); } });
  if (topics().length) listen();
})();
