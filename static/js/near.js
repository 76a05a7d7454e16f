// "Near my home": on request the browser is asked where it is, and finds the nearest areas itself; the position is not sent.

const KM = 111.2; // of a degree of latitude
const SHOWN = 3; // a border may run between a home and the nearest seat

function away({ longitude, latitude }, place) {
    const narrow = Math.cos((latitude * Math.PI) / 180);
    return KM * Math.hypot((longitude - place.longitude) * narrow, latitude - place.latitude);
}

function position() {
    return new Promise((found, refused) => {
        navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), refused, { timeout: 20_000 });
    });
}

async function nearest(address) {
    const here = await position();
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    const { places } = await answer.json();
    return places
        .map((place) => ({ ...place, km: away(here, place) }))
        .sort((one, other) => one.km - other.km)
        .slice(0, SHOWN);
}

function line({ name, url, km }, words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = name;
    item.append(link, ` ${words.replace("KM", Math.max(1, Math.round(km)).toLocaleString())}`);
    return item;
}

function offer(box) {
    const { near, textFound, textAway, textRefused, textFailed } = box.dataset;
    const said = box.querySelector(".near-found");
    const button = box.querySelector("button");
    const say = (text, ...more) => {
        const words = document.createElement("p");
        words.textContent = text;
        said.replaceChildren(words, ...more);
    };
    button.addEventListener("click", async () => {
        button.disabled = true;
        try {
            const list = document.createElement("ul");
            list.className = "cluster";
            list.append(...(await nearest(near)).map((place) => line(place, textAway)));
            if (list.children.length) say(textFound, list);
            else say(textFailed);
        } catch (error) {
            say(error.code === 1 ? textRefused : textFailed); // 1: whoever reads did not allow it
        }
        button.disabled = false;
    });
    box.hidden = button.hidden = false;
}

if (navigator.geolocation) document.querySelectorAll("[data-near]").forEach(offer);
