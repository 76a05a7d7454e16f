// Puts a scanned code into its field. It stands behind the # of the address, which no browser sends, and is
// taken out of the address bar at once.

const field = document.querySelector("[data-code]");

if (field && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
    field.form.querySelector("[type=submit]").focus();
} else if (field?.dataset.code === "") {
    field.select(); // a scanner types over what was wrong before
}
