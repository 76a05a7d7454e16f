// Keeps what is typed into a form in this browser until it has arrived.
//
// <form data-draft="suggest" data-draft-key="idempotency_key">: the draft named "suggest"; the hidden field that makes a repeated
// send harmless. It is drawn here, for the page is the same for everybody. The field keeps its value while the content stays the
// same, so a send whose answer was lost may be repeated; it gets a new value once the content differs from what was sent, for that
// is another matter.
// [data-draft-given]: the page holds what was just sent, which is newer than any draft.
// [data-draft-clear="suggest"] on the receipt removes the draft.
//
// Drafts of a grid (grid.js) are kept here, too. At the desk the page names who is signed in (body[data-person]): a browser is
// often shared, and a draft is its owner's alone. Whoever signs out takes their drafts along.

const PREFIX = "livelihood.draft.";
const KEPT_FOR = 14 * 24 * 60 * 60 * 1000; // milliseconds; after two weeks a draft is nobody's business
const NEVER_KEPT = new Set(["csrfmiddlewaretoken"]);

const person = document.body.dataset.person;
const MINE = person ? `${PREFIX}${person}.` : PREFIX;

function read(key) {
    try {
        const draft = JSON.parse(localStorage.getItem(key));
        return draft && Date.now() - draft.at < KEPT_FOR ? draft : null;
    } catch {
        return null; // No storage, or not ours to read.
    }
}

const load = (name) => read(MINE + name);

function forget(isOver) {
    try {
        for (const key of Object.keys(localStorage))
            if (key.startsWith(PREFIX) && isOver(key)) localStorage.removeItem(key);
    } catch {
        // Without storage there is nothing to forget.
    }
}

function store(name, draft) {
    try {
        if (draft) localStorage.setItem(MINE + name, JSON.stringify({ ...draft, at: Date.now() }));
        else localStorage.removeItem(MINE + name);
    } catch {
        // Without storage the form works as it always did.
    }
}

function kept(form) {
    return [...form.elements].filter(
        (field) =>
            field.name &&
            !NEVER_KEPT.has(field.name) &&
            field.name !== form.dataset.draftKey &&
            !["file", "password", "submit", "button", "hidden"].includes(field.type) &&
            !field.closest("[data-draft-skip]"),
    );
}

function content(form) {
    return kept(form).map((field) =>
        ["checkbox", "radio"].includes(field.type)
            ? [field.name, field.value, field.checked]
            : [field.name, field.value],
    );
}

function fill(form, values) {
    const left = [...values];
    for (const field of kept(form)) {
        const isChoice = ["checkbox", "radio"].includes(field.type);
        const found = left.findIndex(([name, value]) => name === field.name && (!isChoice || value === field.value));
        if (found < 0) continue;
        const [[, value, isChecked]] = left.splice(found, 1);
        if (isChoice) field.checked = isChecked;
        else field.value = value;
    }
}

function newKey() {
    // Not randomUUID(), which only exists under https.
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function note(form, text, label, act) {
    form.querySelector(".draft-note")?.remove();
    const box = document.createElement("div");
    box.className = "draft-note";
    box.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = label;
    button.addEventListener("click", act);
    box.append(words, button);
    form.prepend(box);
}

function keep(form) {
    const name = form.dataset.draft;
    const key = form.elements[form.dataset.draftKey];
    const blank = JSON.stringify(content(form));
    // A form that came back with errors already holds what was typed.
    const draft = form.querySelector(".has-error") || "draftGiven" in form.dataset ? null : load(name);

    if (draft && JSON.stringify(draft.values) !== blank) {
        fill(form, draft.values);
        note(form, form.dataset.draftRestored, form.dataset.draftDiscard, () => {
            store(name, null);
            form.reset();
            if (key) key.value = newKey();
            form.querySelector(".draft-note").remove();
        });
    }
    if (key) key.value = draft?.key || key.value || newKey();

    const save = (sent) =>
        store(name, { values: content(form), key: key?.value, sent: sent ?? load(name)?.sent ?? null });

    form.addEventListener("input", () => save());
    form.addEventListener("submit", (event) => {
        const now = JSON.stringify(content(form));
        const sent = load(name)?.sent;
        if (key && sent && sent !== now) key.value = newKey();
        save(now);
        if (!navigator.onLine) {
            event.preventDefault();
            note(form, form.dataset.draftOffline, form.dataset.draftAgain, () => form.requestSubmit());
        }
    });
}

globalThis.drafts = { load, store };
document
    .querySelector("form.sign-out")
    ?.addEventListener("submit", () => forget((key) => person && key.startsWith(MINE)));
for (const receipt of document.querySelectorAll("[data-draft-clear]")) store(receipt.dataset.draftClear, null);
for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
forget((key) => read(key) === null);
