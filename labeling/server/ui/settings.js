/* A page that is loaded asks for the server's settings before it knows who is signed in; the server
 * refuses that, and the page would say so in red. What it needs of them lies in a file beside it. */
(() => {
  "use strict";

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...others) {
    const asksForSettings = new URL(url, document.baseURI).pathname === "/api/v1/settings";
    return open.call(this, method, asksForSettings ? "/settings.json" : url, ...others);
  };
})();
