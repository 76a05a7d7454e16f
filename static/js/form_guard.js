// A form is sent once, however often its button is pressed; an error summary is where the keyboard starts.

const GIVE_UP_AFTER = 20_000; // milliseconds until the button may be pressed again

function release(form) {
    for (const button of form.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
    delete form.dataset.isSent;
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-once]")) return;
    if (form.dataset.isSent) {
        event.preventDefault();
        return;
    }
    form.dataset.isSent = "yes";
    // aria-busy, not disabled: a disabled button would not send its own name and value.
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(release, GIVE_UP_AFTER, form);
});

// Coming back by the back button shows the page as it was left: let it be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-is-sent]").forEach(release));

document.querySelector("[data-focus]")?.focus();
