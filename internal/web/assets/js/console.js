// The console changes what it shows without leaving its place: links and forms with
// data-inplace renew #desk and keep the scroll and the row one stands on. p shows who was asked for
// that row, m says that one looks after it or no longer does, Escape closes the panel. Without script the same addresses are pages.
(() => {
  const desk = () => document.getElementById("desk");
  if (!desk()) return;
  let last = 0;

  async function go(url, push) {
    const turn = ++last;
    try {
      const answer = await fetch(url, { headers: { "X-Live": "1" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return location.assign(url);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = fresh.getElementById("desk"), head = fresh.getElementById("head");
      if (turn !== last) return;
      if (!next) return location.assign(url);
      if (push) history.pushState(null, "", url);
      document.documentElement.dataset.now = fresh.documentElement.dataset.now;
      const options = { ignoreActiveValue: !!document.activeElement?.matches("input,select,textarea"), callbacks: { beforeAttributeUpdated: (name, el) => !(name === "open" && el.tagName === "DETAILS") } };
      Idiomorph.morph(desk(), next, { morphStyle: "outerHTML", ...options });
      if (head) Idiomorph.morph(document.getElementById("head"), head, options);
      document.title = fresh.title;
      document.documentElement.dispatchEvent(new CustomEvent("fresh:now"));
      document.documentElement.dispatchEvent(new CustomEvent("fresh"));
    } catch {
      location.assign(url);
    }
  }

  const plain = (e) => !(e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey);
  const row = () => document.activeElement?.closest?.("tr[id]");
  let from;

  addEventListener("click", (e) => {
    const a = e.target.closest?.("#desk a[data-inplace], #panneau > header a");
    if (!a || !plain(e)) return;
    e.preventDefault();
    from = a.closest("tr[id]")?.id ?? from;
    const closing = a.closest("#panneau");
    go(a.href, true).then(() => {
      if (closing) document.getElementById(from)?.focus({ preventScroll: true });
      else if (a.closest("tr")) document.getElementById("panneau")?.focus({ preventScroll: true });
    });
  });

  addEventListener("submit", (e) => {
    const form = e.target;
    if (!form.matches("form[data-inplace]") || e.defaultPrevented) return;
    e.preventDefault();
    const query = new URLSearchParams([...new FormData(form)].filter(([, v]) => v !== ""));
    go(form.getAttribute("action") + (query.size ? "?" + query : ""), true);
  });

  addEventListener("popstate", () => { if (desk()) go(location.href, false); });

  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest?.("input,select,textarea")) return;
    if (e.key === "m") row()?.querySelector("button[data-own]")?.click();
    if (e.key === "p") row()?.querySelector("a[data-beside]")?.click();
    if (e.key === "Escape") document.querySelector("#panneau > header a")?.click();
  });
})();
