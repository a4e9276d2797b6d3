export { csvCell, csvOf } from "../../lib/csv-cells.ts";
