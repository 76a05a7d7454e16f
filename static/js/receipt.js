// What a receipt offers beside paper: to be copied, saved as a picture, and the need it may belong to.
//
// The page that checks the answers (form#answers) leaves the first similar need in this tab, the receipt takes it from there.

const SIMILAR = "livelihood.similar";
const WIDTH = 720; // of the picture, in px; as high as it needs
const LINE = 64;

function remember(form) {
    form.addEventListener("submit", () => {
        const link = document.querySelector("#similar a");
        if (link) sessionStorage.setItem(SIMILAR, JSON.stringify([link.textContent.trim(), link.pathname]));
        else sessionStorage.removeItem(SIMILAR);
    });
}

function recall(place) {
    const [title, path] = JSON.parse(sessionStorage.getItem(SIMILAR)) ?? [];
    sessionStorage.removeItem(SIMILAR);
    if (!path) return;
    const link = document.createElement("a");
    link.textContent = title;
    link.href = new URL(path, location.origin);
    place.append(link);
    place.hidden = false;
}

function entries() {
    return [...document.querySelectorAll(".receipt-codes dt")].map((name) => [
        name.textContent.trim(),
        name.nextElementSibling.textContent.trim(),
    ]);
}

function draw() {
    const title = document.querySelector(".receipt-title").textContent.trim();
    const brand = document.querySelector(".brand").getAttribute("aria-label");
    const place = document.querySelector(".place").textContent.replace(/\s+/g, " ").trim();
    const address = document.querySelector(".receipt .qr-text").textContent.trim();
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = LINE * 15;
    const pen = canvas.getContext("2d");
    const family = getComputedStyle(document.body).fontFamily;
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    let y = LINE;
    const write = (text, size, weight = 400) => {
        pen.fillStyle = "#1b211f";
        pen.font = `${weight} ${size}px ${family}`;
        pen.fillText(text, 40, y, WIDTH - 80);
        y += size * 1.6;
    };
    write(`${brand} · ${place}`, 24);
    write(title, 36, 700);
    y += 16;
    for (const [name, value] of entries()) {
        write(name, 24);
        write(value, 48, 700);
    }
    const code = document.querySelector(".receipt img.qr-code");
    if (code?.complete) {
        pen.drawImage(code, 32, y, 320, 320);
        y += 320 + LINE / 2;
    }
    write(address, 20);
    write(document.querySelector("[data-receipt-day]").textContent.trim(), 20);
    return canvas;
}

function offer(receipt) {
    const said = receipt.querySelector("[role=status]");
    const copy = receipt.querySelector("[data-copy]");
    const picture = receipt.querySelector("[data-picture]");
    copy.hidden = !navigator.clipboard;
    picture.hidden = false;
    copy.addEventListener("click", async () => {
        const address = document.querySelector(".receipt .qr-text").textContent.trim();
        await navigator.clipboard.writeText([...entries().map((entry) => entry.join(" ")), address].join("\n"));
        said.textContent = copy.dataset.copy;
    });
    picture.addEventListener("click", () =>
        draw().toBlob((blob) => {
            const link = document.createElement("a");
            link.href = URL.createObjectURL(blob);
            link.download = `${entries()[0][1]}.png`;
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
            said.textContent = picture.dataset.picture;
        }),
    );
}

const answers = document.querySelector("form#answers");
const receipt = document.querySelector("[data-receipt]");
if (answers) remember(answers);
if (receipt) {
    offer(receipt);
    recall(document.querySelector("[data-may-belong]"));
}
