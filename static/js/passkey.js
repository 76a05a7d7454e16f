// Makes and uses passkeys. What the browser signs comes with the page, what it answers goes into a hidden field of the form.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function answer(form, credential, response) {
    const { id, rawId, type } = credential;
    form.elements.credential.value = JSON.stringify({ id, rawId: text(rawId), type, response });
    form.submit();
}

const create = document.querySelector("[data-passkey-create]");
create?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const options = JSON.parse(create.dataset.passkeyCreate);
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    // What the person calls off leaves the form as it was; what is missing then, the server says.
    const made = await navigator.credentials?.create({ publicKey: options }).catch(() => null);
    if (!made) {
        create.submit();
        return;
    }
    const { attestationObject, clientDataJSON } = made.response;
    answer(create, made, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) });
});

const get = document.querySelector("[data-passkey-get]");
const button = get?.querySelector("[data-passkey-ask]");
if (button && navigator.credentials) {
    button.hidden = false;
    button.addEventListener("click", async () => {
        const options = JSON.parse(get.dataset.passkeyGet);
        options.challenge = bytes(options.challenge);
        options.allowCredentials = known(options.allowCredentials);
        const used = await navigator.credentials.get({ publicKey: options }).catch(() => null);
        if (used) {
            const { authenticatorData, clientDataJSON, signature } = used.response;
            answer(get, used, {
                authenticatorData: text(authenticatorData),
                clientDataJSON: text(clientDataJSON),
                signature: text(signature),
            });
        }
    });
}
