// Says while somebody writes that a matter may belong to another office: [data-elsewhere] holds entries with the words that tell,
// data-words="lamp|noise"; texts are read in this browser only.

const place = document.querySelector("[data-elsewhere]");
const form = document.querySelector("form[data-steps]");

function look() {
    const written = [...form.querySelectorAll("input[type=text], textarea")].map((field) => field.value).join("\n").toLowerCase();
    let isAny = false;
    for (const entry of place.querySelectorAll("[data-words]")) {
        entry.hidden = !entry.dataset.words.split("|").some((word) => written.includes(word));
        isAny ||= !entry.hidden;
    }
    place.hidden = !isAny;
}

form.addEventListener("input", look);
look();
