// @ts-check
/** Sortable tables: a button in each header sorts by its column; what is unknown comes last. */

const collator = new Intl.Collator("en", { numeric: true });

/** @param {HTMLTableCellElement} cell @returns {number | string} NaN where it is unknown */
function valueOf(cell) {
  const data = cell.querySelector("data");
  if (!data) return cell.innerText;
  return data.value === "" ? NaN : Number(data.value);
}

/** @param {number | string} a @param {number | string} b @param {number} sign -1 turns known values round */
function compare(a, b, sign) {
  if (typeof a === "string" || typeof b === "string") return sign * collator.compare(`${a}`, `${b}`);
  return Number(isNaN(a)) - Number(isNaN(b)) || sign * (a - b) || 0;
}

/** @param {HTMLTableElement} table @param {HTMLTableCellElement} header */
function sortBy(table, header) {
  const sign = header.ariaSort === "ascending" ? -1 : 1;
  for (const other of table.querySelectorAll("thead th")) other.ariaSort = null;
  header.ariaSort = sign > 0 ? "ascending" : "descending";
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[header.cellIndex]) }));
  rows.sort((a, b) => compare(a.value, b.value, sign));
  body.append(...rows.map(({ row }) => row));
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const header of table.querySelectorAll("thead th")) {
    const button = document.createElement("button");
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(/** @type {any} */ (table), /** @type {any} */ (header)));
    header.append(button);
  }
}
