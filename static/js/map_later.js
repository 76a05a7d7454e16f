// A map that is loaded when it is scrolled to: before, a page costs nothing for it, and without scripts it is not there.

function loaded(kind, given) {
    return new Promise((done, failed) => {
        const element = Object.assign(document.createElement(kind), given, { onload: done, onerror: failed });
        document.head.append(element);
    });
}

async function load({ leaflet, script, sheets }) {
    const styled = sheets.split(" ").map((href) => loaded("link", { rel: "stylesheet", href }));
    await Promise.all([...styled, loaded("script", { src: leaflet })]);
    await import(new URL(script, location.href));
}

for (const section of document.querySelectorAll("[data-map-later]")) {
    section.hidden = false;
    section.querySelector(".map-frame").hidden = false; // its place is kept
    const seen = new IntersectionObserver(([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        seen.disconnect();
        load(section.dataset);
    });
    seen.observe(section);
}
