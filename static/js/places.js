// A place is chosen by its name or level by level instead of from one long list: <select data-places> whose options say in data-path
// which places they lie in, from the province down. The list itself stays, unseen, and is what is sent.

const FEW = 8; // places that need no search
const MOST = 12; // that a search shows

function button(option, pressed, choose) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "chip";
    made.textContent = option.text;
    made.setAttribute("aria-pressed", String(pressed));
    made.addEventListener("click", () => choose(option));
    return made;
}

function choosing(select) {
    const options = [...select.options].filter((option) => option.dataset.path);
    const above = (option) => option.dataset.path.split("/").slice(0, -2).join("/") + "/";
    const byPath = new Map(options.map((option) => [option.dataset.path, option]));
    const below = (option) => options.filter((other) => above(other) === option.dataset.path);
    const line = (option) => {
        const over = byPath.get(above(option));
        return over ? [...line(over), option] : [option];
    };

    const box = document.createElement("div");
    box.className = "places-choice";
    const chosen = document.createElement("p");
    chosen.className = "places-chosen";
    chosen.setAttribute("role", "status");
    const search = document.createElement("input");
    search.type = "search";
    search.id = `${select.id}_search`;
    search.autocomplete = "off";
    search.placeholder = select.dataset.placesSearch;
    search.setAttribute("aria-label", select.dataset.placesSearch);
    const list = document.createElement("div");
    list.className = "chips";
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", select.dataset.placesList);
    box.append(chosen, ...(options.length > FEW ? [search] : []), list);
    select.before(box);
    select.hidden = true;

    function choose(option) {
        select.value = option.value;
        search.value = "";
        select.dispatchEvent(new Event("input", { bubbles: true }));
        draw();
        list.querySelector("[aria-pressed=true]")?.focus();
    }

    function draw() {
        const now = select.selectedOptions[0];
        chosen.textContent = line(now).map((option) => option.text).join(" › ");
        const asked = search.value.trim().toLowerCase();
        const found = asked && options.filter((option) => option.text.toLowerCase().includes(asked)).slice(0, MOST);
        const inside = below(now);
        const over = inside.length ? now : byPath.get(above(now)) ?? now;
        const shown = found || [...line(over), ...below(over)];
        list.replaceChildren(...shown.map((option) => button(option, option === now, choose)));
        if (found && !found.length) list.textContent = select.dataset.placesNone;
    }

    search.addEventListener("input", (event) => {
        event.stopPropagation(); // what is looked for is no answer
        draw();
    });
    search.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !search.value.trim()) return;
        event.preventDefault();
        list.querySelector("button")?.click();
    });
    select.form.addEventListener("reset", () => setTimeout(draw));
    draw();
}

for (const select of document.querySelectorAll("select[data-places]")) choosing(select);
