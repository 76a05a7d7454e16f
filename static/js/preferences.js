// Elder mode and dark mode: chosen here, remembered in this browser, never sent to anyone. And the key of the search.

const VIEW = "livelihood.view";
const THEME = "livelihood.theme";
const root = document.documentElement;

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
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function showState() {
    for (const button of document.querySelectorAll("[data-switch-theme]")) {
        button.hidden = false;
        button.setAttribute("aria-pressed", String(isDark()));
    }
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

document.addEventListener("click", (event) => {
    if (event.target.closest("[data-switch-theme]")) {
        switchTheme();
    } else if (event.target.closest("[data-switch-view]")) {
        event.preventDefault();
        switchView();
    }
});

// The slash goes to the search of this page, otherwise to that of the portal; a page that has its own use for it comes first.
addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const search = document.querySelector("main input[type=search]") ?? document.querySelector("[aria-keyshortcuts='/']");
    if (!search) return;
    event.preventDefault();
    if (search.matches("a")) search.click();
    else search.focus();
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", showState);
else showState();
