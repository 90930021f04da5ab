// The form of a request. With script: the preview follows what is chosen, an act that was searched is ticked, and a
// phone shows one step at a time. Every step has an address (#step-care), so that « back » goes one step back.
(() => {
  const form = document.querySelector("form[data-wizard]");
  if (!form) return;
  const steps = [...form.querySelectorAll("[data-step]")];
  const bar = form.querySelector(".wizard-bar"), back = bar.querySelector("[data-wizard-back]"), cancel = bar.querySelector("[data-wizard-cancel]");
  const narrow = matchMedia("(width < 900px)");
  const known = () => { const p = form.elements.patient; return p && p.value && p.value !== "new"; };
  const list = () => steps.filter((s) => !(s.classList.contains("new-only") && known()));

  const head = document.createElement("div");
  head.className = "wizard-steps";
  head.innerHTML = "<span></span><progress></progress>";
  head.firstChild.setAttribute("role", "status");
  form.querySelector(".two").before(head);
  form.classList.add("wizard");
  bar.hidden = false;

  function show(step, focus) {
    const all = list(), at = Math.max(0, all.indexOf(step));
    steps.forEach((s) => s.classList.toggle("current", s === all[at]));
    form.classList.toggle("last", at === all.length - 1);
    head.firstChild.textContent = `${at + 1}/${all.length} · ${all[at].dataset.step}`;
    head.lastChild.max = all.length;
    head.lastChild.value = at + 1;
    head.lastChild.setAttribute("aria-label", head.firstChild.textContent);
    back.hidden = at === 0;
    cancel.hidden = at > 0;
    if (focus && narrow.matches) { scrollTo(0, 0); const h = all[at].querySelector("h2"); h.tabIndex = -1; h.focus({ preventScroll: true }); }
  }
  const current = () => steps.find((s) => s.classList.contains("current"));
  const go = (by) => { const all = list(), to = all[all.indexOf(current()) + by]; if (to) location.hash = to.id; };

  function sound(step) {
    const bad = [...step.querySelectorAll("[required]")].find((c) => c.offsetParent && !c.checkValidity());
    bad?.reportValidity();
    return !bad;
  }
  bar.querySelector("[data-wizard-next]").addEventListener("click", () => { if (sound(current())) go(1); });
  back.addEventListener("click", () => go(-1));
  // A patient already known needs no more: one tap goes on. Arrow keys only move.
  form.addEventListener("click", (e) => {
    if (e.detail && narrow.matches && e.target.matches?.('input[name="patient"]:not([value="new"])')) setTimeout(() => go(1), 120);
  });
  const follow = () => {
    const at = document.getElementById(location.hash.slice(1));
    const step = at?.closest("[data-step]");
    if (!step) return location.hash ? undefined : show(list()[0], true);
    show(step, at === step);
    if (at !== step) (at.matches("input,select,textarea") ? at : at.querySelector("input,select,textarea") ?? at).focus();
  };
  addEventListener("hashchange", follow);
  const wrong = form.querySelector('[aria-invalid="true"], .fault')?.closest("[data-step]");
  const open = form.dataset.open && document.getElementById(form.dataset.open);
  show(wrong ?? (open || list()[0]), Boolean(open));
  if (open && !narrow.matches) open.scrollIntoView();
  if (!wrong && location.hash) follow();

  // Enter in a field would press the first button of the page: the preview follows by itself.
  form.addEventListener("keypress", (e) => { if (e.key === "Enter" && e.target.matches("input")) e.preventDefault(); });

  form.addEventListener("pick", (e) => {
    const [who, act] = e.detail.split(":"), need = e.target.closest("[data-need]"), named = (name) => `[name="${need.dataset.need}${name}"]`;
    const profession = need.querySelector(`${named("profession")}[value="${who}"]`), box = need.querySelector(`${named("acts_" + who)}[value="${act}"]`);
    if (!profession || !box) return;
    profession.checked = true;
    box.checked = true;
    unfold(profession);
    unfold(box);
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.focus();
  });
  function unfold(c) { for (let d = c.closest("details"); d; d = d.parentElement.closest("details")) d.open = true; }

  // « Comme la dernière fois » fills the need without leaving the page.
  form.addEventListener("click", (e) => {
    const again = e.target.closest?.("[data-fill]");
    if (!again) return;
    e.preventDefault();
    const need = again.closest("[data-need]"), fill = new URLSearchParams(again.dataset.fill), at = need.dataset.need;
    const who = fill.get("profession");
    for (const name of [...new Set(["at", "on", "often_n", "during_n", "end", "acts_" + who, ...fill.keys()])]) {
      const values = fill.getAll(name);
      for (const c of need.querySelectorAll(`[name="${at}${name}"]`)) {
        if (c.type === "radio" || c.type === "checkbox") { c.checked = values.includes(c.value); if (c.checked) unfold(c); }
        else c.value = values[0] ?? "";
      }
    }
    need.querySelector(`[name="${at}profession"]:checked`)?.dispatchEvent(new Event("change", { bubbles: true }));
    if (narrow.matches) setTimeout(() => go(1), 120);
  });

  // What the acts chosen ask is written by the server; what was typed stays.
  let acting;
  async function questions(need) {
    acting?.abort();
    acting = new AbortController();
    const body = new URLSearchParams(new FormData(form)), into = need.querySelector("[data-questions]");
    body.set("need", need.dataset.need);
    body.delete("action");
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Part": "questions" }, credentials: "same-origin", signal: acting.signal });
      if (answer.ok && !answer.redirected && !into.contains(document.activeElement)) into.innerHTML = await answer.text();
    } catch { /* another act was chosen, or no network: the form says later what misses */ }
  }
  form.addEventListener("change", (e) => { if (/(^|\.)(acts_|profession$)/.test(e.target.name)) questions(e.target.closest("[data-need]")); });

  const part = document.getElementById(form.dataset.preview);
  let timer, asked, last;
  async function preview() {
    asked?.abort();
    const mine = asked = new AbortController();
    part.classList.add("busy");
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("action", "preview");
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Part": "preview" }, credentials: "same-origin", signal: mine.signal });
      if (answer.ok && !answer.redirected) {
        const unfolded = part.querySelector("details")?.open, text = await answer.text();
        if (text !== last) part.innerHTML = last = text;
        if (unfolded) part.querySelector("details")?.setAttribute("open", "");
      }
    } catch { /* typed on, or no network: the button asks again */ }
    if (mine === asked) part.classList.remove("busy");
  }
  // What is said of the person changes nothing, save the town: nothing moves under the thumb for it.
  const idle = /^(consent|(?:l\d\.)?(?:answers\..*|transport_.*|birth|parity|baby_grams)|my_phone|sex|insurance_scheme|gp|street|building|floor|door|code|file_number|phone|.*_(name|on_door|phone|place)|birth_date)$/;
  const soon = (e, wait) => { if (idle.test(e.target.name) || !e.target.name) return; clearTimeout(timer); timer = setTimeout(preview, wait); };
  form.addEventListener("input", (e) => soon(e, 450));
  form.addEventListener("change", (e) => soon(e, 150));
})();
