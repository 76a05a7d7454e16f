// An identity provider for the tests: the certified oidc-provider, whose own pages take any name and any password.
// Whoever is called `name@number` has this for a subject, and the part before the @ for a user name.

import Provider from "oidc-provider";

const [port, portal] = process.argv.slice(2);
const names = (id) => ({ sub: id, preferred_username: id.split("@")[0] });

const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
        {
            client_id: "portal",
            client_secret: "a secret: of tests",
            grant_types: ["authorization_code"],
            response_types: ["code"],
            redirect_uris: [`${portal}/sign-in/provider/back/`],
            post_logout_redirect_uris: [`${portal}/`],
        },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["of tests"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => names(id) }),
    pkce: { required: () => true },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
