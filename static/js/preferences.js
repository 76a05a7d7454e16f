// Elder mode, dark mode and keys of one character: chosen here, remembered in this browser, never sent to anyone. And the key of the search.

const VIEW = "livelihood.view";
const THEME = "livelihood.theme";
const KEYS = "livelihood.keys";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function read(key) {
    try {
        return localStorage.getItem(key);
    } catch {
        return null; // Storage may be forbidden; the page then keeps its ordinary look.
    }
}

function write(key, value) {
    try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
    } catch {
        // The choice then lasts for this page.
    }
}

function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
}

function showState() {
    for (const button of document.querySelectorAll("[data-switch-theme]")) {
        button.hidden = false;
        button.toggleAttribute("data-on", isDark()); // named by what it turns on
    }
    for (const button of document.querySelectorAll("[data-switch-keys]")) {
        button.hidden = false;
        button.setAttribute("aria-pressed", String(root.dataset.keys === "off"));
    }
}

function switchKeys() {
    const isOff = root.dataset.keys === "off";
    if (isOff) delete root.dataset.keys;
    else root.dataset.keys = "off";
    write(KEYS, isOff ? null : "off");
    showState();
}

function switchTheme() {
    const theme = isDark() ? "light" : "dark";
    root.dataset.theme = theme;
    write(THEME, theme);
    showState();
}

function switchView() {
    const isElder = root.dataset.view === "elder";
    if (isElder) delete root.dataset.view;
    else root.dataset.view = "elder";
    write(VIEW, isElder ? null : "elder");
    const url = new URL(location.href);
    if (url.searchParams.has("view")) {
        url.searchParams.delete("view");
        history.replaceState(history.state, "", url);
    }
}

if (root.dataset.view === "elder") write(VIEW, "elder");
else if (read(VIEW) === "elder") root.dataset.view = "elder";

const theme = read(THEME);
if (theme === "dark" || theme === "light") root.dataset.theme = theme;

if (read(KEYS) === "off") root.dataset.keys = "off";

document.addEventListener("click", (event) => {
    if (event.target.closest("[data-switch-theme]")) {
        switchTheme();
    } else if (event.target.closest("[data-switch-keys]")) {
        switchKeys();
    } else if (event.target.closest("[data-switch-view]")) {
        event.preventDefault();
        switchView();
    }
});

// At the desk the slash goes to the search of this page, otherwise to that of the desk.
addEventListener("keydown", (event) => {
    const door = document.querySelector("[aria-keyshortcuts='/']");
    if (!door || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    event.preventDefault();
    const search = document.querySelector("main input[type=search]");
    if (search) search.focus();
    else door.click();
});

system.addEventListener("change", showState);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", showState);
else showState();
