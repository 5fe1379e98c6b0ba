// Passkeys and security keys: asks the browser to make or use one, and posts its answer with the form.
// Without this script the page still takes a code.

const PROBLEMS = {
  InvalidStateError: "This passkey or security key is on your account already. Use another one.",
  NotSupportedError: "This passkey or security key cannot be used here. Use another one.",
  SecurityError: "Passkeys work only at the portal’s own address. Check the address of this page.",
};
const NO_ANSWER = "No passkey was used. Try again, or use another way.";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const withBytes = (key) => ({ ...key, id: toBytes(key.id) });

function read(json) {
  const options = JSON.parse(json);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) options[list] = options[list].map(withBytes);
  }
  return options;
}

function write(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = toText(response[part]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: {},
  });
}

function offer(block) {
  const form = block.closest("form");
  const button = block.querySelector("button");
  const problem = block.querySelector("[data-passkey-problem]");
  block.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    problem.textContent = "";
    try {
      const ask = { publicKey: read(block.dataset.options) };
      const credential = await navigator.credentials[block.dataset.passkey](ask);
      form.elements.namedItem("credential").value = write(credential);
      form.submit();
    } catch (error) {
      problem.textContent = PROBLEMS[error.name] ?? NO_ANSWER;
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("[data-passkey]").forEach(offer);
  document.querySelectorAll("[data-without-passkeys]").forEach((text) => {
    text.hidden = true;
  });
}
