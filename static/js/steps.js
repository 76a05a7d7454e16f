// One question a page: the .step children of <form data-steps> are shown one after the other, each under its own #name, so that
// the browser's back button, a link of the error summary and "Change" on the page that checks all lead to the right one. Nothing is
// sent before the last. Without this script all questions stand on one page.
//
// data-steps-next, data-steps-back, data-steps-of ("{n} of {all}"): words. data-steps-return: after the question that was changed
// one goes back to checking. [data-with="name"]: shown beside this question only. A field may say data-missing and data-least.

const form = document.querySelector("form[data-steps]");
const words = form.dataset;
const steps = [...form.querySelectorAll(":scope > .step")];
const send = form.querySelector(".form-actions [type=submit]");
const sendWords = send.textContent;
const title = document.title;
const where = document.createElement("p");
where.className = "step-of";
form.prepend(where);
let at = 0;

function named() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    return target ? steps.indexOf(target.closest(".step")) : -1;
}

function isLast() {
    return at === steps.length - 1 || "stepsReturn" in words;
}

function backLink() {
    const link = document.createElement("a");
    link.className = "back";
    link.href = `#${steps[at - 1].id}`;
    link.textContent = words.stepsBack;
    return link;
}

function show(next, isMoved) {
    at = next;
    for (const [n, step] of steps.entries()) step.hidden = n !== at;
    for (const beside of document.querySelectorAll("[data-with]")) beside.hidden = beside.dataset.with !== steps[at].id;
    const of = words.stepsOf.replace("{n}", at + 1).replace("{all}", steps.length);
    where.replaceChildren(...(at && !("stepsReturn" in words) ? [backLink()] : []), of);
    send.textContent = isLast() ? sendWords : words.stepsNext;
    document.title = `${of} · ${title}`;
    form.dataset.at = steps[at].id;
    if (!isMoved) return;
    scrollTo(0, 0);
    // Where something has to be written the keyboard of a telephone comes up by itself, elsewhere it would cover the choices.
    (steps[at].querySelector("[data-missing]") ?? where).focus({ preventScroll: true });
}

function say(field, text) {
    const place = field.closest(".field");
    place.querySelector(":scope > .error")?.remove();
    place.classList.toggle("has-error", Boolean(text));
    if (text) {
        const error = document.createElement("div");
        error.className = "error";
        error.id = `${field.id}_error`;
        const line = document.createElement("p");
        line.textContent = text;
        error.append(line);
        field.before(error);
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", `${field.id}_helptext ${error.id}`);
        field.focus();
    } else {
        field.removeAttribute("aria-invalid");
    }
}

function isAnswered() {
    for (const field of steps[at].querySelectorAll("[data-missing]")) {
        const length = field.value.trim().length;
        const isShort = length < Number(field.dataset.least);
        say(field, isShort ? (length ? words.stepsShort.replace("{least}", field.dataset.least) : field.dataset.missing) : "");
        if (isShort) return false;
    }
    return true;
}

// Before anything else hears of it: what is not sent yet is neither busy nor a draft that was sent.
addEventListener(
    "submit",
    (event) => {
        if (event.target !== form) return;
        const goesOn = isAnswered();
        if (goesOn && isLast()) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (goesOn) location.hash = steps[at + 1].id;
    },
    true,
);
addEventListener("hashchange", () => show(Math.max(named(), 0), true));

where.tabIndex = -1;
const wrong = steps.findIndex((step) => step.querySelector(".has-error"));
show(named() >= 0 ? named() : Math.max(wrong, 0), named() >= 0);
