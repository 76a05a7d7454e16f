// Tells the portal that a letter was opened: the page itself may come from any copy that is kept.

const seen = document.querySelector("[data-seen]");

if (seen) {
    navigator.sendBeacon(seen.dataset.seen);
}
