// Checks a ballot and seals it in the browser, so that its marks never leave it: as voting/schemes/envelopes.py does.
// The code of its receipt follows from the seal and is shown here alone. Without this script the portal seals the ballot.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const LABEL = "livelihood sealed ballot 1";
const KEY_LENGTH = 32;
const RECEIPT_LENGTH = 12;
const GIVE_UP_AFTER = 20_000; // milliseconds

const form = document.querySelector("form[data-seal]");
const problem = document.querySelector("[data-problem]");
const check = document.querySelector("[data-check]");
const { subtle } = crypto;
const bytes = (text) => new TextEncoder().encode(text);
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const fromHex = (text) => new Uint8Array(text.match(/../g).map((pair) => parseInt(pair, 16)));

let sealed = null; // of the last cast: sent again it is the same

async function seal(letters) {
    const keys = form.dataset.seal.split(" ").map(fromHex);
    const own = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const point = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
    const secrets = await Promise.all(keys.map(async (key) => {
        const theirs = await subtle.importKey("raw", key, CURVE, false, []);
        return new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256));
    }));
    const secret = await subtle.importKey("raw", joined(...secrets), "HKDF", false, ["deriveBits"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: joined(bytes(LABEL), ...keys, point) };
    const made = new Uint8Array(await subtle.deriveBits(how, secret, (KEY_LENGTH + RECEIPT_LENGTH) * 8));
    const key = await subtle.importKey("raw", made.slice(0, KEY_LENGTH), "AES-GCM", false, ["encrypt"]);
    const content = await subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, bytes(letters));
    const code = [...made.slice(KEY_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
    return {
        letters,
        envelope: btoa(String.fromCharCode(...point, ...new Uint8Array(content))),
        receipt: code.match(/.{4}/g).join("-"),
    };
}

// One line each: its mark, the word for it and its candidate, in the order of the ballot.
function lines() {
    return [...form.querySelectorAll("fieldset[data-number]")].map((line) => {
        const radio = line.querySelector("input:checked");
        return {
            number: Number(line.dataset.number),
            title: `${line.dataset.number}. ${line.dataset.title}`,
            mark: radio ? radio.value : "b",
            word: radio && radio.value !== "b" ? radio.closest("label").textContent.trim() : "",
        };
    });
}

function say(text) {
    problem.hidden = !text;
    if (!text) return;
    problem.querySelector("p").textContent = text;
    problem.firstElementChild.focus();
}

function broken(marks) {
    const { textOver, textExactly, textBlank } = problem.dataset;
    const limit = Number(form.dataset.limit) || Infinity;
    const approvals = marks.filter((mark) => mark === "y").length;
    const pattern = approvals > limit ? textOver
        : textExactly && approvals !== limit ? textExactly
            : textBlank && marks.includes("b") ? textBlank : "";
    return pattern.replace("{approvals}", approvals).replace("{limit}", limit);
}

function group(word, titles) {
    const panel = document.createElement("section");
    panel.className = "panel";
    panel.append(document.createElement("h3"), document.createElement("ul"));
    panel.firstChild.textContent = word;
    panel.lastChild.className = "plain-list";
    panel.lastChild.append(...titles.map((title) => {
        const item = document.createElement("li");
        item.textContent = title;
        return item;
    }));
    return panel;
}

function show(isChecked) {
    form.hidden = isChecked;
    check.hidden = !isChecked;
    (isChecked ? check.querySelector("h2") : form.querySelector("fieldset")).focus();
}

function ask(event) {
    event.preventDefault();
    const marked = lines();
    say(broken(marked.map((line) => line.mark)));
    if (!problem.hidden) return;
    const groups = check.querySelector("[data-groups]");
    groups.replaceChildren();
    for (const mark of "ynab") {
        const found = marked.filter((line) => line.mark === mark);
        if (found.length) groups.append(group(found[0].word || groups.dataset.textBlank, found.map((line) => line.title)));
    }
    show(true);
}

async function send() {
    const letters = lines().sort((one, other) => one.number - other.number).map((line) => line.mark).join("");
    if (sealed?.letters !== letters) sealed = await seal(letters);
    const { csrfmiddlewaretoken, key } = form.elements;
    const answer = await fetch(location.href, {
        method: "POST",
        body: new URLSearchParams({
            csrfmiddlewaretoken: csrfmiddlewaretoken.value, key: key.value, step: "cast", sealed: sealed.envelope,
        }),
        signal: AbortSignal.timeout(GIVE_UP_AFTER),
    });
    return [answer, new DOMParser().parseFromString(await answer.text(), "text/html")];
}

// A refusal stands beside the choices, which stay; whatever else came takes their place: as a rule the receipt.
function take(answer, page) {
    const refusal = page.querySelector("form[data-seal]") && page.querySelector(".error-summary li");
    if (refusal) {
        show(false);
        say(refusal.textContent.trim());
        return;
    }
    const receipt = page.querySelector("[data-receipt]");
    if (receipt) receipt.textContent = sealed.receipt;
    sealed = null;
    document.title = page.title;
    const main = document.querySelector("main");
    main.replaceChildren(...page.querySelector("main").childNodes);
    main.focus();
    const [seconds, url] = (answer.headers.get("Refresh") || "").split("; url="); // a machine of the hall
    if (url) setTimeout(() => location.assign(url), Number(seconds) * 1000);
}

async function cast(event) {
    const button = event.currentTarget;
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    say("");
    try {
        take(...await send());
    } catch {
        say(problem.dataset.textLost);
    } finally {
        button.removeAttribute("aria-busy");
    }
}

if (form && subtle) {
    document.querySelector("[data-unsealed]").hidden = true;
    form.addEventListener("submit", ask);
    check.querySelector("[data-cast]").addEventListener("click", cast);
    check.querySelector("[data-change]").addEventListener("click", () => show(false));
}
