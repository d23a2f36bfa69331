/* Lists that the reader has opened or closed stay so when the search replaces them. Nothing depends on this. */
(function () {
  "use strict";
  var states = {};

  document.addEventListener("toggle", function (event) {
    var id = event.target.id;
    if (id && event.target.closest && event.target.closest("#search-facets")) {
      states[id] = event.target.open;
    }
  }, true);

  document.addEventListener("htmx:oobAfterSwap", function () {
    Object.keys(states).forEach(function (id) {
      var list = document.getElementById(id);
      if (list) {
        list.open = states[id];
      }
    });
  });
})();
