// Passkeys: a form with data-passkey="get|create" asks data-options for a challenge, lets the browser
// sign it, and is sent with the answer. A browser without passkeys hides it and shows its data-else.
(() => {
  const able = () => window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

  async function sign(form) {
    const create = form.dataset.passkey === "create";
    const answer = await fetch(form.dataset.options, { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const { step, options } = await answer.json();
    const key = create
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.etape.value = step;
    form.elements.reponse.value = JSON.stringify(key.toJSON());
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset || !form.dataset.passkey || form.elements.reponse.value) return;
    event.preventDefault();
    const said = form.querySelector("[data-failed]");
    if (said) said.hidden = true;
    sign(form).then(() => form.submit(), (why) => {
      form.elements.reponse.value = "";
      if (said) { said.hidden = false; said.dataset.why = why.name; }
    });
  });

  const show = () => {
    for (const el of document.querySelectorAll("[data-passkey-else]")) el.hidden = able();
    for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = !able();
  };
  show();
})();
