/* A one-time password opens nothing but the page where another one is chosen: go there. */
(() => {
  "use strict";

  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    this.addEventListener("load", () => {
      if (this.status !== 403 || !this.responseURL.endsWith("/api/v1/token")) return;
      const name = new URLSearchParams(body).get("username") ?? "";
      location.assign(`/choose-password?${new URLSearchParams({ name })}`);
    });
    return send.call(this, body);
  };
})();
