// Keeps the hall's screen current: loads the page again and puts its middle in place.

const EVERY = 3_000; // milliseconds

async function renew() {
    try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-hall]");
        if (fresh) document.querySelector("[data-hall]").replaceWith(fresh);
    } catch {
        // The network is away: the page shows the instant of its last figures and tries again.
    }
}

setInterval(renew, EVERY);
