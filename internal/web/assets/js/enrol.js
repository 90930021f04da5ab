// A number whose last digit does not follow from the others (Luhn) was perhaps mistyped: said, never refused.
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-luhn]");
  if (!input) return;
  const digits = input.value.replace(/\s/g, "");
  let sum = 0;
  [...digits].reverse().forEach((d, i) => {
    const n = Number(d) * (i % 2 ? 2 : 1);
    sum += n > 9 ? n - 9 : n;
  });
  const odd = /^\d{11}$/.test(digits) && sum % 10 !== 0;
  let said = document.getElementById(input.id + "-luhn");
  if (!said) {
    said = document.createElement("p");
    said.id = input.id + "-luhn";
    said.className = "hint";
    said.setAttribute("role", "status");
    input.closest(".field").append(said);
  }
  said.textContent = odd ? input.dataset.luhn : "";
});
