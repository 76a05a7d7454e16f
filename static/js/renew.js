// Keeps parts of a page current: asks for the page again and takes over what has changed in them. A part with an answer
// that would not come again is kept. What cannot be renewed is said to be old. Asking keeps a sign-in alive, so that a
// ballot which lies there untouched (data-renew-idle, in seconds) is left to end.

const GIVE_UP_AFTER = 10_000; // milliseconds

const place = document.querySelector("[data-renew-every]");
const warning = document.querySelector("[data-stale]");
const idle = place.dataset.renewIdle * 1000 || Infinity;
let current = new Date();
let used = Date.now();

async function renew() {
    const answer = await fetch(place.dataset.renewFrom || location.href, {
        headers: { Accept: "text/html" },
        signal: AbortSignal.timeout(GIVE_UP_AFTER),
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const parts = page.querySelectorAll("[data-renew]");
    // A refusal, and the way to the sign-in, have none of the parts.
    if (!answer.ok || !parts.length) throw new Error(answer.statusText);
    for (const fresh of parts) {
        const part = document.getElementById(fresh.id);
        if (!part || "keep" in part.dataset || part.innerHTML === fresh.innerHTML) continue;
        // What is being typed stays.
        if (part.querySelector("form") && fresh.querySelector("form")) continue;
        const hadFocus = part.contains(document.activeElement);
        part.replaceChildren(...fresh.childNodes);
        if (hadFocus) part.focus();
    }
}

function warn() {
    const time = current.toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    warning.querySelector("p").textContent = warning.dataset.text.replace("{time}", time);
    warning.hidden = false;
}

async function tryToRenew() {
    try {
        await renew();
        current = new Date();
        warning.hidden = true;
    } catch {
        if (warning.hidden) warn();
    }
}

async function keepCurrent() {
    if (!document.hidden && Date.now() - used < idle) await tryToRenew();
    setTimeout(keepCurrent, place.dataset.renewEvery * 1000);
}

function use() {
    const wasIdle = Date.now() - used >= idle;
    used = Date.now();
    if (wasIdle) tryToRenew();
}

for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, use, { passive: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - used < idle) tryToRenew(); });

setTimeout(keepCurrent, place.dataset.renewEvery * 1000);
