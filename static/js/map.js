// Maps drawn from our own data: outlines as GeoJSON, points as GeoJSON, clustered here ("client") or there ("server").
//
// Point features: geometry Point [longitude, latitude], properties {title, url, light}. A server that clusters answers
// ?bbox=west,south,east,north&zoom=z with points, and with clusters whose properties are {count, bbox: [w, s, e, n]}.
// The list beside the map holds the same places; the map adds nothing that only a mouse can reach.

/* global L */

const CELL = 80; // pixels: points closer than this become one
const AT_MOST_LISTED = 12; // places named in a popup; the others are in the list

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
    const icon = L.divIcon({ className: `map-point ${light ? `light-${light}` : ""}`, iconSize: [44, 44] });
    return L.marker(position(feature), { icon, title, alt: title }).bindPopup(() => placeLinks([feature]));
}

function clusterMarker(map, at, count, area, features, label) {
    const size = count < 10 ? 44 : count < 100 ? 48 : count < 1000 ? 56 : 64;
    const text = document.createElement("span");
    text.textContent = count.toLocaleString();
    const icon = L.divIcon({ className: "map-cluster", iconSize: [size, size], html: text });
    const title = `${count.toLocaleString()} ${label}`;
    const marker = L.marker(at, { icon, title, alt: title });
    marker.on("click keypress", (event) => {
        if (event.originalEvent.key && event.originalEvent.key !== "Enter") return;
        const canGrow = map.getZoom() < map.getMaxZoom() && area && !area.getNorthEast().equals(area.getSouthWest());
        if (canGrow) map.fitBounds(area, { maxZoom: map.getZoom() + 3, padding: [24, 24] });
        else if (features) marker.unbindPopup().bindPopup(placeLinks(features)).openPopup();
    });
    return marker;
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

function drawHere(map, layer, features, label) {
    const view = map.getBounds().pad(0.3);
    const seen = features.filter((feature) => view.contains(position(feature)));
    layer.clearLayers();
    for (const group of squares(map, seen)) {
        if (group.length === 1) {
            layer.addLayer(pointMarker(group[0]));
            continue;
        }
        const area = L.latLngBounds(group.map(position));
        layer.addLayer(clusterMarker(map, middle(group), group.length, area, group, label));
    }
}

function drawThere(map, layer, features, label) {
    layer.clearLayers();
    for (const feature of features) {
        const { count, bbox } = feature.properties;
        const marker = count
            ? clusterMarker(map, position(feature), count, bbox && bounds(bbox), null, label)
            : pointMarker(feature);
        layer.addLayer(marker);
    }
}

async function getJson(url, signal) {
    const answer = await fetch(url, { signal, headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer.json();
}

function outlineLayer(geojson) {
    return L.geoJSON(geojson, {
        filter: ({ geometry }) => geometry.type !== "Point", // the middle of an area below, which has no outline
        style: { className: "map-outline", fillOpacity: 1 },
        onEachFeature: ({ properties }, layer) => {
            const label = document.createElement("span"); // an element, so that no name is read as HTML
            label.textContent = document.documentElement.lang === "en" ? properties.name_en : properties.name_zh;
            if (label.textContent) layer.bindTooltip(label, { sticky: true });
            if (properties.url) layer.on("click", () => location.assign(properties.url));
        },
    });
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
        const credit = document.createElement("span"); // an element, so that no credit is read as HTML
        credit.textContent = tilesCredit;
        // Tile servers check which site shows their map: they are told the site, not the page.
        L.tileLayer(tilesUrl, { attribution: credit.innerHTML, referrerPolicy: "origin" }).addTo(map);
    }

    const outline = outlines && outlineLayer(outlines).addTo(map);
    const extent = L.latLngBounds([]);
    if (outline) extent.extend(outline.getBounds());
    else if (points) points.features.forEach((feature) => extent.extend(position(feature)));
    if (extent.isValid()) map.fitBounds(extent, { padding: [12, 12], maxZoom: 15 });
    else map.setView([29.2, 120.3], 7); // the middle of Zhejiang

    const layer = L.layerGroup().addTo(map);
    if (points) {
        const redraw = () => drawHere(map, layer, points.features, textPlaces);
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
                drawThere(map, layer, (await getJson(url, asked.signal)).features, textPlaces);
            } catch (error) {
                if (error.name !== "AbortError") throw error;
            }
        };
        map.on("moveend", ask);
        await ask();
    }
}

for (const frame of document.querySelectorAll("[data-map]")) {
    draw(frame).catch((error) => {
        const words = document.createElement("p");
        words.textContent = frame.dataset.textFailed;
        frame.replaceChildren(words);
        throw error;
    });
}
