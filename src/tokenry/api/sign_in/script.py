"""The one script of the pages of signing in: it speaks with the device that holds a passkey. Without it all else works.

Source: Web Authentication, Level 3, sections 5.1.8 and 5.1.9 (bytes as base64url in JSON).
"""

from __future__ import annotations

from typing import Final

SCRIPT_PATH: Final = "/sign-in/passkeys.js"
SCRIPT: Final = r"""'use strict';
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const ids = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async (path, body, csrf) => {
    const headers = { 'content-type': 'application/json' };
    if (csrf) headers['x-tokenry-csrf'] = csrf;
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error((told.error && told.error.message) || 'The server did not answer. Try again.');
    return told;
  };

  const shown = (credential) => {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    if (credential.response.attestationObject) {
      response.attestationObject = text(credential.response.attestationObject);
      response.transports = credential.response.getTransports ? credential.response.getTransports() : [];
    } else {
      response.authenticatorData = text(credential.response.authenticatorData);
      response.signature = text(credential.response.signature);
      if (credential.response.userHandle) response.userHandle = text(credential.response.userHandle);
    }
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const enter = async () => {
    const { publicKey } = await ask('/sign-in/passkey/begin', {});
    const credential = await navigator.credentials.get({
      publicKey: {
        ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: ids(publicKey.allowCredentials),
      },
    });
    const { next } = await ask('/sign-in/passkey' + location.search, shown(credential));
    location.assign(next);
  };

  const add = async (form) => {
    const csrf = form.elements.csrf.value;
    const { publicKey } = await ask('/v1/tokenry/me/passkeys/begin', {}, csrf);
    const credential = await navigator.credentials.create({
      publicKey: {
        ...publicKey, challenge: bytes(publicKey.challenge), user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: ids(publicKey.excludeCredentials),
      },
    });
    await ask('/v1/tokenry/me/passkeys', { name: form.elements.passkey.value, credential: shown(credential) }, csrf);
    location.reload();
  };

  const words = (error) => {
    if (error.name === 'NotAllowedError') return 'The device did not go on, or took too long. Try again.';
    if (error.name === 'InvalidStateError') return 'This device has a passkey for your account already.';
    return error.message;
  };

  const place = document.getElementById('passkeys');
  if (!place || !window.PublicKeyCredential) return;
  place.hidden = false;
  place.addEventListener('submit', async (event) => {
    if (!event.target.matches('[data-passkey]')) return;
    event.preventDefault();
    const told = document.getElementById('passkey-told');
    const button = event.target.querySelector('button');
    told.hidden = true;
    button.disabled = true;
    try {
      await (event.target.dataset.passkey === 'add' ? add(event.target) : enter());
    } catch (error) {
      told.textContent = words(error);
      told.hidden = false;
    }
    button.disabled = false;
  });
})();
"""
