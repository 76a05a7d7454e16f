// Shows, while a title is typed, the needs that are most like it: [data-similar] holds the address of the page that lists them.
// That page has the list in #similar and the forms of its buttons in #joins, which cannot stand within this form.

const place = document.querySelector("[data-similar]");
const joins = document.querySelector("[data-joins]");
const title = place.closest("form").elements.title;
const LEAST = 4; // characters, as of a title
const PAUSE = 500; // milliseconds without a key
let waiting;
let asked = "";

async function look() {
    const text = title.value.trim().slice(0, title.dataset.most);
    if (text === asked) return;
    asked = text;
    if (text.length < LEAST) {
        place.replaceChildren();
        return;
    }
    const address = new URL(place.dataset.similar, location.href);
    address.searchParams.set("title", text);
    const answer = await fetch(address).catch(() => null); // without the list the form works as it did
    if (!answer?.ok || text !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    joins.replaceChildren(...page.querySelectorAll("#joins form"));
    place.replaceChildren(...page.querySelector("#similar").childNodes);
}

title.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
});
look();
