// Reads the page aloud with the browser's own voice, block by block, and marks the block being read.

const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, caption, th, td, legend, label, summary";
const button = document.querySelector("[data-read-aloud]");
const voice = window.speechSynthesis;

function blocks() {
    return [...document.querySelectorAll(`#content :is(${BLOCKS})`)].filter(
        (block) => block.checkVisibility?.() !== false && !block.querySelector(BLOCKS) && block.innerText.trim(),
    );
}

function stop() {
    voice.cancel();
    document.querySelector(".is-read")?.classList.remove("is-read");
    button.setAttribute("aria-pressed", "false");
}

function read([block, ...rest]) {
    if (!block || button.getAttribute("aria-pressed") !== "true") {
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

if (button && voice) {
    button.hidden = false;
    button.addEventListener("click", () => {
        if (button.getAttribute("aria-pressed") === "true") {
            stop();
            return;
        }
        button.setAttribute("aria-pressed", "true");
        read(blocks());
    });
    addEventListener("pagehide", () => voice.cancel());
}
