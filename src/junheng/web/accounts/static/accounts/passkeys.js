// Asks a device for a passkey when its form is sent, and sends what it answers in the form's hidden field.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) => {
  const found = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(found).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

async function made(asked) {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, challenge: bytes(asked.challenge), user, excludeCredentials: named(asked.excludeCredentials) };
  const key = await navigator.credentials.create({ publicKey });
  return sent(key, { attestationObject: text(key.response.attestationObject) });
}

async function used(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) };
  const key = await navigator.credentials.get({ publicKey });
  const { authenticatorData, signature, userHandle } = key.response;
  const handle = userHandle ? { userHandle: text(userHandle) } : {};
  return sent(key, { authenticatorData: text(authenticatorData), signature: text(signature), ...handle });
}

const sent = (key, response) => JSON.stringify({
  id: key.id, rawId: text(key.rawId), type: key.type,
  response: { clientDataJSON: text(key.response.clientDataJSON), ...response },
});

for (const field of document.querySelectorAll("[data-passkey]")) {
  const { form } = field;
  const say = (what) => { form.querySelector(`[data-passkey-${what}]`).hidden = false; };
  if (window.PublicKeyCredential === undefined) {
    say("absent");
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector("[data-passkey-failed]").hidden = true;
    const asked = JSON.parse(field.dataset.question);
    try {
      field.value = await (field.dataset.passkey === "make" ? made(asked) : used(asked));
    } catch {
      say("failed");
      return;
    }
    form.submit();
  });
  form.querySelector("button.main").disabled = false; // pressed before, it would send no answer
}
