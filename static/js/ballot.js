// Says how many approvals are on the ballot, while marks are set. The server checks; this only helps.

const form = document.querySelector("form.ballot");
const output = form?.querySelector("[data-approvals]");

function say() {
    const limit = Number(form.dataset.limit) || 0;
    const count = form.querySelectorAll("input[type=radio][value=y]:checked").length;
    const isOver = limit > 0 && count > limit;
    const pattern = isOver ? output.dataset.textOver : limit ? output.dataset.textLimit : output.dataset.text;
    output.textContent = pattern
        .replace("{count}", count)
        .replace("{limit}", limit)
        .replace("{left}", limit - count)
        .replace("{over}", count - limit);
    output.classList.toggle("is-over", isOver);
}

if (output) {
    form.addEventListener("change", say);
    addEventListener("pageshow", say);
    say();
}
