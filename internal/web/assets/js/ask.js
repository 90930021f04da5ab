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
  show(wrong ?? list()[0]);
  if (!wrong && location.hash) follow();

  form.addEventListener("pick", (e) => {
    const [who, act] = e.detail.split(":");
    const profession = form.querySelector(`[name="profession"][value="${who}"]`), box = form.querySelector(`[name="acts_${who}"][value="${act}"]`);
    if (!profession || !box) return;
    profession.checked = true;
    box.checked = true;
    for (let d = profession.closest("details"); d; d = null) d.open = true;
    for (let d = box.closest("details"); d; d = null) d.open = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.focus();
  });

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
        const open = part.querySelector("details")?.open, text = await answer.text();
        if (text !== last) part.innerHTML = last = text;
        if (open) part.querySelector("details")?.setAttribute("open", "");
      }
    } catch { /* typed on, or no network: the button asks again */ }
    if (mine === asked) part.classList.remove("busy");
  }
  // What is said of the person changes nothing, save the town: nothing moves under the thumb for it.
  const idle = /^(consent|my_phone|sex|insurance_scheme|gp|street|building|floor|door|code|file_number|phone|.*_(name|on_door|phone|place)|birth_date)$/;
  const soon = (e, wait) => { if (idle.test(e.target.name) || !e.target.name) return; clearTimeout(timer); timer = setTimeout(preview, wait); };
  form.addEventListener("input", (e) => soon(e, 450));
  form.addEventListener("change", (e) => soon(e, 150));
})();
