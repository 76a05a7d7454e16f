// Makes a grid quick: keys, a bar that follows what is chosen, cells that are typed and pasted into, and nothing typed is lost.
// Everything here is also done by the boxes and buttons of the page itself.

document.querySelector("[data-act] :is(select, textarea, button, input:not([type=hidden]))")?.focus();

const grid = document.querySelector("[data-grid]");
const form = grid?.querySelector("form[method=post]");

// A line that is cut says all of itself to whoever points at it.
grid?.addEventListener("pointerover", ({ target }) => {
    const cell = target.closest(".long-cell");
    if (cell?.scrollWidth > cell?.clientWidth) cell.title = cell.innerText;
});

if (form) work();

function work() {
    const rows = [...form.querySelectorAll("tr[data-row]")];
    const boxes = rows.map((row) => row.querySelector("[name=row]"));
    const all = form.querySelector("[name=all]");
    const acts = [...form.querySelectorAll("button[name=act]")];
    const reasons = JSON.parse(grid.dataset.reasons || "[]");
    const doors = [...document.querySelectorAll("a[data-go]")];
    let current = -1;
    let anchor = -1;
    let isGoing = false;

    // Choosing

    const say = (text, count) => text.replace("{count}", count);
    const chosen = () => rows.filter((_row, n) => boxes[n]?.checked);

    function refusal(act) {
        for (const row of chosen()) {
            const told = row.dataset.acts.split(" ").find((word) => word.split("=")[0] === act.value);
            const number = told?.split("=")[1];
            if (number !== undefined) return reasons[number];
        }
        return "";
    }

    const number = form.querySelector("[data-number]");
    const why = form.querySelector("[data-why]");
    const quiet = number?.textContent;

    function follow() {
        if (!number) return;
        const count = chosen().length;
        number.parentElement.classList.toggle("is-choosing", count > 0 || Boolean(all?.checked));
        number.textContent = count && !all?.checked ? say(grid.dataset.chosen, count) : quiet;
        const said = new Set();
        for (const act of acts) {
            const reason = all?.checked ? (act.dataset.bounded ?? "") : refusal(act);
            act.setAttribute("aria-disabled", reason ? "true" : "false");
            if (reason) said.add(reason);
        }
        why.hidden = !said.size;
        why.textContent = [...said].join(" ");
    }

    function choose(n, isOn) {
        if (boxes[n]) boxes[n].checked = isOn;
    }

    boxes.forEach((box, n) =>
        box?.addEventListener("click", (event) => {
            if (event.shiftKey && anchor >= 0)
                for (let at = Math.min(anchor, n); at <= Math.max(anchor, n); at += 1) choose(at, box.checked);
            anchor = n;
            stand(n, false);
        }),
    );
    form.addEventListener("change", follow);

    function stand(n, isFocused = true) {
        if (!rows.length) return;
        rows[current]?.classList.remove("is-current");
        current = Math.max(0, Math.min(rows.length - 1, n));
        rows[current].classList.add("is-current");
        if (!isFocused) return;
        rows[current].tabIndex = -1;
        rows[current].focus({ preventScroll: true });
        rows[current].scrollIntoView({ block: "nearest" });
    }

    function press(act) {
        if (!chosen().length && !all?.checked && current >= 0) choose(current, true);
        follow();
        if (act.getAttribute("aria-disabled") !== "true") act.click();
    }

    form.addEventListener("click", (event) => {
        const act = event.target.closest("button[name=act]");
        if (act?.getAttribute("aria-disabled") === "true") event.preventDefault();
    });

    // Keys

    const keys = {
        j: () => stand(current + 1),
        k: () => stand(current < 0 ? 0 : current - 1),
        x: (event) => {
            if (current < 0) stand(0);
            if (event.shiftKey && anchor >= 0)
                for (let n = Math.min(anchor, current); n <= Math.max(anchor, current); n += 1) choose(n, true);
            else choose(current, !boxes[current]?.checked);
            anchor = current;
            follow();
        },
        enter: () => {
            const cell = rows[current]?.querySelector("input[type=text]");
            if (cell) cell.focus();
            else if (current >= 0) location.assign(rows[current].dataset.url);
        },
        escape: () => {
            boxes.forEach((_box, n) => choose(n, false));
            if (all) all.checked = false;
            follow();
        },
        "*": () => {
            if (all && chosen().length === rows.length) all.checked = !all.checked;
            boxes.forEach((_box, n) => choose(n, true));
            follow();
        },
        g: () => {
            isGoing = true;
        },
        "?": () => help.showModal(),
    };
    for (const act of acts) keys[act.dataset.key.toLowerCase()] ??= () => press(act);

    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
        if (event.key.length === 1 && document.documentElement.dataset.keys === "off") return; // preferences.js
        const at = event.target;
        if (at.closest("textarea, select, summary, input:not([type=checkbox])")) return;
        if (event.key === "Enter" && (at.closest("a, button") || current < 0)) return;
        const go = isGoing && doors.find((door) => door.dataset.go === event.key.toUpperCase());
        if (event.key !== "Shift") isGoing = false;
        const act = go ? () => location.assign(go.href) : keys[event.key.toLowerCase()];
        if (!act) return;
        event.preventDefault();
        act(event);
    });

    // Each key has a button or a link that can be seen.
    for (const door of doors) door.setAttribute("aria-keyshortcuts", `G ${door.dataset.go}`);
    for (const act of acts) {
        const key = document.createElement("kbd");
        key.textContent = act.dataset.key;
        key.setAttribute("aria-hidden", "true");
        act.append(" ", key);
        act.setAttribute("aria-keyshortcuts", act.dataset.key);
    }
    const help = document.createElement("dialog");
    help.className = "grid-keys";
    const list = document.createElement("dl");
    const words = grid.dataset.keys.split("|");
    const told = [...Array(words.length / 2).keys()].map((n) => [words[2 * n], words[2 * n + 1]]);
    const ours = acts.map((act) => [act.dataset.key, act.firstChild.textContent.trim()]);
    const lists = doors.map((door) => [`G ${door.dataset.go}`, door.firstChild.textContent.trim()]);
    for (const [key, what] of [...told, ...ours, ...lists]) {
        const [head, text] = [document.createElement("dt"), document.createElement("dd")];
        const mark = document.createElement("kbd");
        mark.textContent = key;
        head.append(mark);
        text.textContent = what;
        list.append(head, text);
    }
    const shut = document.createElement("button");
    shut.className = "button button-secondary";
    shut.textContent = grid.dataset.close;
    shut.type = "button";
    shut.addEventListener("click", () => help.close());
    help.setAttribute("aria-label", grid.dataset.keysLabel);
    help.append(list, shut);
    grid.append(help);
    const ask = document.createElement("button");
    ask.type = "button";
    ask.className = "button button-quiet";
    ask.textContent = `${grid.dataset.keysLabel} (?)`;
    ask.addEventListener("click", () => help.showModal());
    (form.querySelector(".grid-bar, .grid-save") ?? form).append(ask);

    type(rows, say);
    follow();
}

// Typing

function type(rows, say) {
    const cells = rows.map((row) => [...row.querySelectorAll("td input:not([type=hidden], [name=row])")]);
    const flat = cells.flat();
    if (!flat.length) return;
    const save = form.querySelector(".grid-save button");
    const place = `grid.${new URL(form.action).pathname}`;
    const value = (cell) => (cell.type === "checkbox" ? cell.checked : cell.value);
    const isEmpty = (cell) => !value(cell);

    // What was typed stays in this browser until the server has said that it is saved: keys of rows and their cells.
    const draft = drafts.load(place) ?? { rows: {} };
    const keep = () => drafts.store(place, Object.keys(draft.rows).length ? draft : null);
    const saved = [...document.querySelectorAll("[data-saved]")].map((one) => one.dataset.saved);
    if (draft.sent && saved.includes(draft.sent.key)) for (const pk of draft.sent.rows) delete draft.rows[pk];
    if (saved.length) delete draft.sent;
    let isBack = false;
    rows.forEach((row, n) => {
        const kept = draft.rows[row.dataset.row];
        if (!kept || !cells[n].every(isEmpty)) return;
        for (const cell of cells[n]) {
            const was = kept[cell.name.split("_")[0]];
            if (was === undefined) continue;
            if (cell.type === "checkbox") cell.checked = was;
            else cell.value = was;
        }
        isBack = true;
    });

    const note = document.createElement("div");
    note.className = "draft-note";
    note.setAttribute("role", "status");
    const words = document.createElement("p");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button button-quiet";
    drop.textContent = grid.dataset.drop;
    drop.addEventListener("click", () => {
        draft.rows = {};
        keep();
        for (const cell of flat) {
            if (cell.type === "checkbox") cell.checked = false;
            else cell.value = "";
        }
        mark();
    });
    note.append(words, drop);
    form.querySelector(".grid-save").prepend(note);

    function mark(text = "") {
        rows.forEach((row, n) => {
            const typed = Object.fromEntries(
                cells[n].filter((cell) => !isEmpty(cell)).map((cell) => [cell.name.split("_")[0], value(cell)]),
            );
            if (Object.keys(typed).length) draft.rows[row.dataset.row] = typed;
            else delete draft.rows[row.dataset.row];
            for (const cell of cells[n]) cell.classList.toggle("is-changed", !isEmpty(cell));
        });
        keep();
        const count = Object.keys(draft.rows).length;
        note.hidden = !count;
        words.textContent = text || say(grid.dataset.unsaved, count);
    }

    form.addEventListener("input", () => mark());
    form.addEventListener("submit", (event) => {
        if (event.submitter?.name === "act") return;
        draft.sent = { key: form.elements.idempotency_key?.value, rows: rows.map((row) => row.dataset.row) };
        keep();
        if (navigator.onLine) return;
        event.preventDefault();
        mark(grid.dataset.offline);
    });

    // Enter and the arrows go on in the column, Tab in the row, Esc takes back what the cell holds.
    form.addEventListener("keydown", (event) => {
        const n = cells.findIndex((row) => row.includes(event.target));
        if (n < 0 || event.isComposing) return;
        if ((event.ctrlKey || event.metaKey) && event.key === "s") {
            event.preventDefault();
            save.click();
        }
        const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            cells[n + step]?.[cells[n].indexOf(event.target)]?.focus();
        } else if (event.key === "Escape") {
            if (event.target.type === "text") event.target.value = event.target.defaultValue;
            mark();
            event.target.blur();
            rows[n].tabIndex = -1;
            rows[n].focus();
        }
    });

    // A rectangle is looked at by the server before it is saved; a single cell is typed as it is.
    form.addEventListener("paste", (event) => {
        const n = cells.findIndex((row) => row.includes(event.target));
        const text = event.clipboardData?.getData("text/plain") ?? "";
        if (n < 0 || !form.dataset.paste || !/[\t\n]./.test(text)) return;
        event.preventDefault();
        const sending = document.createElement("form");
        sending.method = "post";
        const asked = new URLSearchParams(location.search);
        asked.delete("after");
        asked.delete("before");
        sending.action = `${form.dataset.paste}?${asked}`;
        const sent = {
            csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
            sheet: text,
            start: rows[n].dataset.row,
            into: event.target.name.split("_")[0],
            reported_on: form.elements.reported_on.value,
        };
        for (const [name, cell] of Object.entries(sent)) {
            const field = document.createElement("input");
            field.type = "hidden";
            field.name = name;
            field.value = cell;
            sending.append(field);
        }
        document.body.append(sending);
        sending.submit();
    });

    mark(isBack ? grid.dataset.kept : "");
}
