// Maps drawn from our own data: outlines as GeoJSON, points as GeoJSON, clustered here ("client") or there ("server").
//
// Outlines: properties {name, text, step, is_chosen, url}; step: how dark, 0 to 5, null where nothing is known. Beside the
// features the answer may say in "steps" what each step stands for, as [step, words].
// Point features: geometry Point [longitude, latitude], properties {title, url, light}. A server that clusters answers
// ?bbox=west,south,east,north&zoom=z with points, and with clusters whose properties are {count, title, lights,
// bbox: [w, s, e, n]}. The list beside the map holds the same places; the map adds nothing that only a mouse can reach.

/* global L */

const CELL = 80; // pixels: points closer than this become one
const AT_MOST_LISTED = 12; // places named in a popup; the others are in the list
const GAP = 4; // pixels between two marks
const LETTER = 0.875; // rem across of a Han character in a name; others take three fifths
const HIGH = 1.25; // rem down of a name
const AWAY = [24, 44, 66, 92, 124]; // pixels that a name may stand away from the middle of its area

function bounds([west, south, east, north]) {
    return L.latLngBounds([south, west], [north, east]);
}

function position(feature) {
    const [longitude, latitude] = feature.geometry.coordinates;
    return L.latLng(latitude, longitude);
}

function placeLinks(features) {
    const list = document.createElement("ul");
    for (const { properties } of features.slice(0, AT_MOST_LISTED)) {
        const item = document.createElement("li");
        const name = document.createElement(properties.url ? "a" : "span");
        name.textContent = properties.title;
        if (properties.url) name.href = properties.url;
        item.append(name);
        list.append(item);
    }
    if (features.length > AT_MOST_LISTED) {
        const more = document.createElement("li");
        more.textContent = `+ ${features.length - AT_MOST_LISTED}`;
        list.append(more);
    }
    return list;
}

function pointMarker(feature) {
    const { title, light } = feature.properties;
    const icon = L.divIcon({ className: `map-point ${light ? `light-${light}` : "of-place"}`, iconSize: [44, 44] });
    return L.marker(position(feature), { icon, title, alt: title }).bindPopup(() => placeLinks([feature]));
}

function sizeOf(count) {
    return count === 1 ? 44 : count < 100 ? 48 : count < 1000 ? 56 : 64;
}

/** The lights of a cluster as a ring: how much of it is of each. */
function ring(lights) {
    const total = Object.values(lights).reduce((sum, count) => sum + count, 0);
    let end = 0;
    const parts = Object.entries(lights).map(([light, count]) => {
        const start = end;
        end += (100 * count) / total;
        return `var(--light-${light}) ${start}% ${end}%`;
    });
    return `conic-gradient(${parts.join(", ")})`;
}

function clusterMarker(map, { at, count, title, lights, area, features }) {
    const size = sizeOf(count);
    const text = document.createElement("span");
    text.textContent = count.toLocaleString();
    const icon = L.divIcon({ className: "map-cluster", iconSize: [size, size], html: text });
    const marker = L.marker(at, { icon, title, alt: title });
    if (lights) marker.on("add", () => marker.getElement().style.setProperty("--lights", ring(lights)));
    marker.on("click keypress", (event) => {
        if (event.originalEvent.key && event.originalEvent.key !== "Enter") return;
        const canGrow = map.getZoom() < map.getMaxZoom() && area && !area.getNorthEast().equals(area.getSouthWest());
        if (canGrow) map.fitBounds(area, { maxZoom: map.getZoom() + 3, padding: [24, 24] });
        else if (features.length) marker.unbindPopup().bindPopup(placeLinks(features)).openPopup();
    });
    return marker;
}

/** What stands so close together that its marks would overlap becomes one, the most first. */
function apart(map, marks, label) {
    const kept = [];
    for (const mark of marks.sort((one, other) => other.count - one.count)) {
        const place = map.latLngToLayerPoint(mark.at);
        const near = kept.find(
            (one) => map.latLngToLayerPoint(one.at).distanceTo(place) < (sizeOf(one.count) + sizeOf(mark.count)) / 2 + GAP,
        );
        if (!near) {
            kept.push({ ...mark });
            continue;
        }
        near.count += mark.count;
        near.title = `${near.count.toLocaleString()} ${label}`;
        near.features = [...near.features, ...mark.features];
        near.area = L.latLngBounds(near.area.getSouthWest(), near.area.getNorthEast()).extend(mark.area);
        near.lights = near.lights && mark.lights && { ...near.lights };
        for (const [light, count] of Object.entries((near.lights && mark.lights) || {}))
            near.lights[light] = (near.lights[light] || 0) + count;
    }
    return kept;
}

function show(map, layer, marks, label) {
    let shown = marks;
    // What was put together is larger than its parts: again, until nothing overlaps.
    for (let before = Infinity; shown.length < before; ) {
        before = shown.length;
        shown = apart(map, shown, label);
    }
    layer.clearLayers();
    for (const mark of shown)
        layer.addLayer(mark.count === 1 ? pointMarker(mark.features[0]) : clusterMarker(map, mark));
    return shown;
}

/** The middle of some points, where most of them are, not the middle of their square. */
function middle(features) {
    const sum = features.reduce(
        ([x, y], { geometry }) => [x + geometry.coordinates[0], y + geometry.coordinates[1]],
        [0, 0],
    );
    return L.latLng(sum[1] / features.length, sum[0] / features.length);
}

/** Put points into squares of the screen at this zoom; a square with one point stays a point. */
function squares(map, features) {
    const found = new Map();
    for (const feature of features) {
        const { x, y } = map.project(position(feature), map.getZoom());
        const key = `${Math.floor(x / CELL)}:${Math.floor(y / CELL)}`;
        if (!found.has(key)) found.set(key, []);
        found.get(key).push(feature);
    }
    return found.values();
}

/** What a feature, or some of them, stand for on the map. */
function markOf(features, label) {
    const at = features.length === 1 ? position(features[0]) : middle(features);
    const { count = features.length, title = `${count} ${label}`, lights, light, bbox } = features[0].properties;
    const isCluster = Boolean(features[0].properties.count);
    return {
        at,
        count,
        title: features.length > 1 ? `${count} ${label}` : title,
        lights: lights || (features.length === 1 && light ? { [light]: 1 } : null),
        area: bbox ? bounds(bbox) : L.latLngBounds(features.map(position)),
        features: isCluster ? [] : features,
    };
}

function drawHere(map, layer, features, label) {
    const view = map.getBounds().pad(0.3);
    const seen = features.filter((feature) => view.contains(position(feature)));
    return show(map, layer, [...squares(map, seen)].map((group) => markOf(group, label)), label);
}

function drawThere(map, layer, features, label) {
    return show(map, layer, features.map((feature) => markOf([feature], label)), label);
}

async function getJson(url, signal) {
    const answer = await fetch(url, { signal, headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer.json();
}

function words(text) {
    const label = document.createElement("span"); // an element, so that no name is read as HTML
    label.textContent = text;
    return label;
}

function outlineLayer(geojson) {
    return L.geoJSON(geojson, {
        style: ({ properties }) => ({
            className: `map-area map-step-${properties.step ?? "unknown"} ${properties.is_chosen ? "is-chosen" : ""}`,
            ...(properties.step === null && { fillColor: "url(#map-hatch)" }),
        }),
        onEachFeature: ({ properties }, layer) => {
            if (properties.text) layer.bindPopup(() => areaWords(properties));
        },
    });
}

function areaWords({ text, url }) {
    const place = document.createElement(url ? "a" : "span");
    place.textContent = text;
    if (url) place.href = url;
    return place;
}

/** Places where a name may stand: in the middle of its area, then around it, the nearest first. */
function* spots({ x, y }) {
    yield L.point(x, y);
    for (const away of AWAY)
        for (let turn = 0; turn < 8; turn++) {
            const angle = (turn * Math.PI) / 4;
            yield L.point(x + away * 1.3 * Math.sin(angle), y - away * Math.cos(angle)); // a name is wider than high
        }
}

function box({ x, y }, width, height) {
    return L.bounds([x - width / 2, y - height / 2], [x + width / 2, y + height / 2]);
}

/** Name the areas where neither a mark nor another name stands; a line leads to what is named from outside. */
function nameAreas(map, outline, names, marks) {
    names.clearLayers();
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const view = L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(map.getSize()));
    const taken = marks.map(({ at, count }) => {
        const size = sizeOf(count) + GAP;
        return box(map.latLngToLayerPoint(at), size, size);
    });
    const areas = outline.getLayers().map((layer) => {
        const extent = layer.getBounds();
        const corners = [extent.getNorthWest(), extent.getSouthEast()].map((one) => map.latLngToLayerPoint(one));
        return { name: layer.feature.properties.name, room: L.bounds(corners) };
    });
    const across = ({ room }) => room.getSize().x;
    for (const { name, room } of areas.sort((one, other) => across(one) - across(other))) {
        if (!name || !view.contains(room.getCenter())) continue;
        const width = rem * LETTER * name.length * (/[^ -~]/.test(name) ? 1 : 0.6) + GAP;
        for (const spot of spots(room.getCenter())) {
            const place = box(spot, width, rem * HIGH);
            if (!view.contains(place) || taken.some((one) => one.intersects(place))) continue;
            taken.push(place);
            const at = map.layerPointToLatLng(spot);
            const tooltip = L.tooltip({ pane: "names", direction: "center", className: "map-name", opacity: 1 });
            if (!room.contains(spot)) {
                const line = [map.layerPointToLatLng(room.getCenter()), at];
                names.addLayer(L.polyline(line, { className: "map-leader", interactive: false }));
            }
            names.addLayer(tooltip.setLatLng(at).setContent(words(name)));
            break;
        }
    }
}

/** Say beneath a map what its steps stand for, as the answer does. */
function explain(frame, steps, isPartlyUnknown) {
    const legend = frame.closest(".map-frame").querySelector(".map-legend");
    if (!steps || !legend) return;
    const term = document.createElement("dt");
    term.textContent = legend.dataset.title;
    const ranges = isPartlyUnknown ? [...steps, ["unknown", frame.dataset.textUnknown]] : steps;
    const lines = ranges.map(([step, text]) => {
        const line = document.createElement("dd");
        const mark = document.createElement("span");
        mark.className = `map-step map-step-${step}`;
        line.append(mark, ` ${text}`);
        return line;
    });
    legend.replaceChildren(term, ...lines);
    legend.hidden = false;
}

async function draw(frame) {
    const { outlinesUrl, pointsUrl, mode, tilesUrl, tilesCredit, textPlaces, textZoomIn, textZoomOut } = frame.dataset;
    const [outlines, points] = await Promise.all([
        outlinesUrl ? getJson(outlinesUrl) : null,
        pointsUrl && mode !== "server" ? getJson(pointsUrl) : null,
    ]);

    frame.replaceChildren();
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(frame, {
        zoomControl: false,
        attributionControl: Boolean(tilesUrl),
        maxZoom: 18,
        zoomSnap: 0.5,
        zoomAnimation: !isStill,
        fadeAnimation: false,
        markerZoomAnimation: !isStill,
    });
    L.control.zoom({ zoomInTitle: textZoomIn, zoomOutTitle: textZoomOut }).addTo(map);
    if (tilesUrl) {
        const credit = words(tilesCredit);
        // Tile servers check which site shows their map: they are told the site, not the page.
        L.tileLayer(tilesUrl, { attribution: credit.innerHTML, referrerPolicy: "origin" }).addTo(map);
    }

    const outline = outlines && outlineLayer(outlines).addTo(map);
    const extent = L.latLngBounds([]);
    if (outline) {
        const chosen = outline.getLayers().filter((layer) => layer.feature.properties.is_chosen);
        for (const layer of chosen.length ? chosen : outline.getLayers()) extent.extend(layer.getBounds());
    } else if (points) points.features.forEach((feature) => extent.extend(position(feature)));
    if (extent.isValid()) map.fitBounds(extent, { padding: [12, 12], maxZoom: 15 });
    else map.setView([29.2, 120.3], 7); // the middle of Zhejiang
    map.createPane("names").style.zIndex = "450"; // above the areas, below the marks
    const names = L.layerGroup().addTo(map);
    const name = (marks) => outline && nameAreas(map, outline, names, marks);
    if (outline) explain(frame, outlines.steps, outlines.features.some((one) => one.properties.step === null));

    const layer = L.layerGroup().addTo(map);
    if (points) {
        const redraw = () => name(drawHere(map, layer, points.features, textPlaces));
        map.on("moveend", redraw);
        redraw();
    } else if (pointsUrl) {
        let asked = null;
        const ask = async () => {
            asked?.abort();
            asked = new AbortController();
            const url = new URL(pointsUrl, location.href);
            url.searchParams.set("bbox", map.getBounds().toBBoxString());
            url.searchParams.set("zoom", String(Math.round(map.getZoom())));
            try {
                name(drawThere(map, layer, (await getJson(url, asked.signal)).features, textPlaces));
            } catch (error) {
                if (error.name !== "AbortError") throw error;
            }
        };
        map.on("moveend", ask);
        await ask();
    } else {
        map.on("moveend", () => name([]));
        name([]);
    }
}

/** Draw a map as soon as it has a place on the page: on a phone when its tab is opened, so that it costs nothing before. */
function drawWhenSeen(frame) {
    frame.closest(".map-frame").hidden = false;
    const seen = new ResizeObserver(([{ contentRect }]) => {
        if (!contentRect.width) return;
        seen.disconnect();
        draw(frame).catch((error) => {
            const failed = document.createElement("p");
            failed.textContent = frame.dataset.textFailed;
            frame.replaceChildren(failed);
            throw error;
        });
    });
    seen.observe(frame);
}

for (const both of document.querySelectorAll("[data-list-and-map]")) {
    const tabs = both.querySelector(".map-tabs");
    for (const one of [tabs, ...tabs.querySelectorAll("button")]) one.hidden = false;
    tabs.addEventListener("click", ({ target }) => {
        const tab = target.closest("button");
        if (!tab) return;
        both.dataset.listAndMap = tab.value;
        for (const one of tabs.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === tab));
    });
}

for (const frame of document.querySelectorAll("[data-map]")) drawWhenSeen(frame);
