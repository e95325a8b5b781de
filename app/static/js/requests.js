// How scripts speak to the server.

/** Return the token that proves a request comes from one of our pages. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Return the headers of a request that wants a fragment of HTML, not a page. */
export function fragmentHeaders() {
  return { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "text/html" };
}

/** Return whether an answer is a whole page: an error page, or the sign-in page. */
export function isWholePage(text) {
  return /^\s*<!doctype html|^\s*<html/i.test(text);
}
