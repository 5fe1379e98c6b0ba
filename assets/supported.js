// Tells the stylesheet that scripts run, before the page is painted, so that nothing jumps.
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
}
