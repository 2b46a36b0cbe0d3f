// A click on the heading of a sortable table sorts by that column, another the other way round.
const worth = (row, column) => {
  const text = row.cells[column].textContent.trim();
  const number = parseFloat(text.replace(/,/g, "").replace("−", "-"));
  return Number.isNaN(number) ? text : number;
};
const compare = (one, other) =>
  typeof one === "number" && typeof other === "number" ? one - other
    : typeof one === typeof other ? one.localeCompare(other)
      : typeof one === "number" ? 1 : -1; // what has no figure comes below all figures

for (const button of document.querySelectorAll("table.sortable th button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement;
    const table = heading.closest("table");
    const falls = heading.getAttribute("aria-sort") !== "descending" && heading.cellIndex > 0
      || heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    rows.sort((one, other) => (falls ? -1 : 1)
      * compare(worth(one, heading.cellIndex), worth(other, heading.cellIndex)));
    table.tBodies[0].append(...rows);
  });
}
