// Reads the page aloud with the browser's own voice, block by block, and marks the block being read.

const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, caption, th, td, legend, label, summary";
const buttons = document.querySelectorAll("[data-read-aloud]"); // one of elder mode, one of the menu
const voice = window.speechSynthesis;
let isReading = false;

function blocks() {
    return [...document.querySelectorAll(`#content :is(${BLOCKS})`)].filter(
        (block) => block.checkVisibility?.() !== false && !block.querySelector(BLOCKS) && block.innerText.trim(),
    );
}

function show(now) {
    isReading = now;
    for (const button of buttons) button.setAttribute("aria-pressed", String(now));
}

function stop() {
    voice.cancel();
    document.querySelector(".is-read")?.classList.remove("is-read");
    show(false);
}

function read([block, ...rest]) {
    if (!block || !isReading) {
        stop();
        return;
    }
    const speech = new SpeechSynthesisUtterance(block.innerText);
    speech.lang = block.closest("[lang]").lang === "zh-hans" ? "zh-CN" : block.closest("[lang]").lang;
    speech.rate = 0.9;
    speech.onstart = () => {
        block.classList.add("is-read");
        block.scrollIntoView({ block: "nearest" });
    };
    speech.onend = () => {
        block.classList.remove("is-read");
        read(rest);
    };
    speech.onerror = stop;
    voice.speak(speech);
}

if (voice) {
    for (const button of buttons) {
        button.hidden = false;
        button.addEventListener("click", () => {
            if (isReading) {
                stop();
                return;
            }
            show(true);
            read(blocks());
        });
    }
    addEventListener("pagehide", () => voice.cancel());
}
