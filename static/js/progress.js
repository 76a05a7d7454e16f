// Keeps a progress bar current: asks for the page that shows it and takes over its bar, so the words are always the server's.

const EVERY = 1500; // milliseconds between two looks
const SLOWEST = 15_000; // while the server does not answer, ask less and less often

async function follow(bar, wait = EVERY) {
    const url = bar.dataset.statusUrl;
    if (!url) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (document.hidden) {
        document.addEventListener("visibilitychange", () => follow(bar), { once: true });
        return;
    }
    let next;
    try {
        const answer = await fetch(url, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw new Error(answer.statusText);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        next = [...page.querySelectorAll("[data-progress]")].find((other) => other.id === bar.id);
    } catch {
        follow(bar, Math.min(wait * 2, SLOWEST));
        return;
    }
    if (!next) return;
    bar.replaceWith(next);
    follow(next);
}

for (const bar of document.querySelectorAll("[data-progress][data-status-url]")) follow(bar);
