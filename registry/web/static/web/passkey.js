/* Shows what needs a passkey only where the browser has them, and says so when one wasn't used. */
(function () {
  'use strict'
  document.addEventListener('DOMContentLoaded', function () {
    if (!window.PublicKeyCredential) return
    document.querySelectorAll('[data-needs-passkey]').forEach(function (part) { part.hidden = false })
    document.querySelectorAll('[data-without-passkey]').forEach(function (part) { part.hidden = true })
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const told = document.getElementById('passkey-failed')
    if (told) told.hidden = false
  })
})()
